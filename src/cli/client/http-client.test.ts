import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAppError } from '../../lib/errors.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server that answers as told, and the client of it. */
const serving = async (answer: Answer, signal = new AbortController().signal): Promise<HttpClient & { readonly asked: () => number }> => {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    answer(request, response, count);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    ...createHttpClient({ serverUrl: `http://127.0.0.1:${port}`, token: 'slo_test', warnings: [] }, { signal }),
    asked: () => count,
  };
};

const json = (response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
const problem = (code: string, status: number) => ({
  type: 'about:blank',
  title: 't',
  status,
  detail: 'what happened',
  code,
  request_id: 'r1',
});

const refusal = async (work: Promise<unknown>): Promise<{ code: string; message: string; hint: string | undefined }> => {
  const error = await work.then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!isAppError(error)) throw error;
  return { code: error.code, message: error.message, hint: error.hint };
};

const anything = z.object({ ok: z.boolean() });

describe('http client', () => {
  it('shows the token, and asks for what it was told to', async () => {
    let seen: unknown;
    const client = await serving((request, response) => {
      seen = { method: request.method, url: request.url, token: request.headers.authorization };
      json(response, 200, { ok: true });
    });
    const query = { limit: 5, state: ['a', 'b'], ref: 'x&y=/', none: undefined };
    expect(await client.ask(anything, { path: '/api/v1/scans', query })).toEqual({ ok: true });
    expect(seen).toEqual({
      method: 'GET',
      url: '/api/v1/scans?limit=5&state=a&state=b&ref=x%26y%3D%2F',
      token: 'Bearer slo_test',
    });
  });

  it('goes nowhere else when the server names a place that is not on it', async () => {
    const client = await serving((_request, response) => json(response, 200, { ok: true }));
    for (const path of ['@evil.example/x', 'https://evil.example/x', '.evil.example/x', ''])
      expect((await refusal(client.ask(anything, { path, isSigned: true }))).code).toBe('server_answer_invalid');
    expect(client.asked()).toBe(0);
  });

  it('keeps the token to itself where a signed URL speaks for itself', async () => {
    let token: string | undefined = 'never asked';
    const client = await serving((request, response) => {
      token = request.headers.authorization;
      request.resume().on('end', () => json(response, 200, { ok: true }));
    });
    const bytes = (async function* () {
      yield Buffer.from('a');
    })();
    await client.ask(anything, { method: 'PUT', path: '/x?signature=1', bytes, isSigned: true });
    expect(token).toBeUndefined();
  });

  it('says what the server said, with its code and hint', async () => {
    const client = await serving((_, response) => json(response, 404, { ...problem('not_found', 404), hint: 'look again' }));
    expect(await refusal(client.ask(anything, { path: '/x' }))).toEqual({
      code: 'not_found',
      message: 'what happened',
      hint: 'look again',
    });
  });

  it('finds the exit code for a code it does not know', async () => {
    const client = await serving((_, response) => json(response, 403, problem('from_the_future', 403)));
    expect(await refusal(client.ask(anything, { path: '/x' }))).toMatchObject({ code: 'unauthenticated' });
  });

  it('tells where the token is when it is refused', async () => {
    const client = await serving((_, response) => json(response, 401, problem('unauthenticated', 401)));
    expect((await refusal(client.ask(anything, { path: '/x' }))).hint).toContain('SIGHTLINE_TOKEN');
  });

  it.each([
    ['a page', (response: ServerResponse) => response.writeHead(200).end('<html>hello</html>')],
    ['another shape', (response: ServerResponse) => json(response, 200, { ok: 'yes' })],
    ['an error of a proxy', (response: ServerResponse) => response.writeHead(502).end('bad gateway')],
  ])('does not believe %s', async (_, answer) => {
    const client = await serving((_request, response) => answer(response));
    expect(await refusal(client.ask(anything, { path: '/x' }))).toMatchObject({ code: 'server_answer_invalid' });
  });

  it('does not follow to another address', async () => {
    const client = await serving((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect((await refusal(client.ask(anything, { path: '/x' }))).code).toBe('server_unreachable');
    expect(client.asked()).toBe(1);
  });

  it('says what to do where nothing answers', async () => {
    const client = await serving((_, response) => response.end());
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    const { code, message, hint } = await refusal(client.ask(anything, { path: '/x' }));
    expect({ code, message }).toEqual({
      code: 'server_unreachable',
      message: expect.stringMatching(/^no answer from http:\/\/127.*ECONNREFUSED/),
    });
    expect(hint).toContain('sightline serve');
  });

  it('asks a busy server again as it wishes, where that is safe', async () => {
    const busyOnce: Answer = (_, response, count) =>
      count === 1
        ? json(response, 503, problem('database_unavailable', 503), { 'retry-after': '0.01' })
        : json(response, 200, { ok: true });
    const reading = await serving(busyOnce);
    expect(await reading.ask(anything, { path: '/x' })).toEqual({ ok: true });
    const bound = await serving(busyOnce);
    expect(await bound.ask(anything, { method: 'POST', path: '/x', body: {}, isRepeatable: true })).toEqual({ ok: true });
    const writing = await serving(busyOnce);
    expect((await refusal(writing.ask(anything, { method: 'POST', path: '/x', body: {} }))).code).toBe('database_unavailable');
    expect(writing.asked()).toBe(1);
  });

  it('gives up on a server that stays busy', async () => {
    const client = await serving((_, response) => json(response, 429, problem('queue_full', 429), { 'retry-after': '0.001' }));
    expect((await refusal(client.ask(anything, { path: '/x' }))).code).toBe('queue_full');
    expect(client.asked()).toBe(4);
  });

  it('ends with the signal, in an answer and in a wait', async () => {
    for (const answer of [() => undefined, (_: unknown, response: ServerResponse) => json(response, 503, {}, { 'retry-after': '10' })]) {
      const controller = new AbortController();
      const client = await serving(answer, controller.signal);
      const asked = refusal(client.ask(anything, { path: '/x' }));
      setTimeout(() => controller.abort(), 50);
      expect((await asked).code).toBe('cancelled');
    }
  });
});
