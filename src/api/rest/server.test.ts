import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rawRequest, startRest, type TestRest, testToken } from '../../../test/support/rest-server.ts';
import { AppError, errorTable } from '../../lib/errors.ts';
import { type Operation, openOperation, operation } from '../operation.ts';
import { ifMatchHeaders, revisionOf } from '../request-parts.ts';
import type { UseCases } from '../use-cases.ts';
import type { ProblemWire } from '../wire/problem.ts';

const common = { tag: 'Test', summary: 'Test', access: 'scans:read' } as const;
const ok = { 200: { description: 'Fine.', schema: z.object({ text: z.string() }) } } as const;
/** Operations whose work has begun, and those whose work was ended. */
const started: string[] = [];
const cancelled: string[] = [];

const echo = operation({
  ...common,
  id: 'echo',
  method: 'POST',
  path: '/things/{thing_id}/echo',
  params: z.strictObject({ thing_id: z.uuid() }),
  query: z.strictObject({ limit: z.coerce.number().int().max(10).default(5) }),
  headers: ifMatchHeaders,
  body: z.strictObject({ text: z.string().max(10) }),
  responses: ok,
  handler: async ({ query, headers, body }) => ({
    status: 200,
    body: { text: `${body.text} ${query.limit} ${revisionOf(headers['if-match']) ?? 'any'}` },
  }),
});
const show = operation({
  ...common,
  id: 'show',
  method: 'GET',
  path: '/things/{thing_id}',
  params: z.strictObject({ thing_id: z.string() }),
  responses: ok,
  handler: async ({ params }) => ({ status: 200, body: { text: params.thing_id }, revision: 7 }),
});
const fail = operation({
  ...common,
  id: 'fail',
  method: 'GET',
  path: '/fail/{code}',
  params: z.strictObject({ code: z.string() }),
  responses: ok,
  handler: async ({ params }) => {
    if (params.code === 'defect') throw new TypeError('the password is hunter2');
    const code = (Object.keys(errorTable) as (keyof typeof errorTable)[]).find((known) => known === params.code) ?? 'internal';
    throw new AppError(code, 'it was so', { hint: 'Do that.', details: { retry_after_s: 3 } });
  },
});
const undeclared = operation({
  ...common,
  id: 'undeclared',
  method: 'GET',
  path: '/undeclared',
  responses: { 200: { description: 'Fine.', schema: z.object({ count: z.int() }) } },
  // As if a mapper were wrong in a way types do not show.
  handler: async () => ({ status: 200, body: { count: 0.5, secret: 'x' } }),
});
const extra = operation({
  ...common,
  id: 'extra',
  method: 'GET',
  path: '/extra',
  responses: ok,
  handler: async () => ({ status: 200, body: Object.assign({ text: 'a' }, { organization_id: 'b' }) }),
});
const optional = operation({
  ...common,
  id: 'optional',
  method: 'POST',
  path: '/optional',
  body: z.strictObject({ text: z.string().optional() }),
  bodyOptional: true,
  responses: ok,
  handler: async ({ body }) => ({ status: 200, body: { text: body.text ?? 'none' } }),
});
const slow = operation({
  ...common,
  id: 'slow',
  method: 'GET',
  path: '/slow/{milliseconds}',
  params: z.strictObject({ milliseconds: z.coerce.number() }),
  responses: ok,
  handler: async ({ params }, { signal }) => {
    started.push('slow');
    try {
      await sleep(params.milliseconds, undefined, { signal });
    } catch (error) {
      cancelled.push('slow');
      throw error;
    }
    return { status: 200, body: { text: 'done' } };
  },
});
const endless = operation({
  ...common,
  id: 'endless',
  method: 'GET',
  path: '/endless',
  isEndless: true,
  responses: { 200: { description: 'Events.', contentType: 'text/event-stream' } },
  handler: async (_input, { signal, stopping }) => {
    const end = AbortSignal.any([signal, stopping]);
    async function* stream(): AsyncIterable<string> {
      yield ': open\n\n';
      await new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }));
      cancelled.push('endless');
    }
    return { status: 200, stream: stream() };
  },
});
const upload = openOperation({
  ...common,
  access: 'signed',
  id: 'upload',
  method: 'PUT',
  path: '/upload/{most}',
  params: z.strictObject({ most: z.coerce.number() }),
  upload: { contentTypes: ['application/octet-stream'] },
  responses: ok,
  handler: async ({ params }, { upload }) => {
    let sizeBytes = 0;
    for await (const chunk of upload) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > params.most) throw new AppError('size_limit', 'too much');
    }
    return { status: 200, body: { text: String(sizeBytes) } };
  },
});
const operations: readonly Operation[] = [echo, show, fail, undeclared, extra, optional, slow, endless, upload];
const id = '01900000-0000-7000-8000-000000000009';

describe('REST server', () => {
  const open: TestRest[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ server }) => server.close({ graceMs: 0 })));
    started.length = 0;
    cancelled.length = 0;
  });
  const start = async (hostNames: readonly string[] = []): Promise<TestRest> => {
    const rest = await startRest({ operations, useCases: {} as UseCases, organizationId: id, hostNames });
    open.push(rest);
    return rest;
  };
  const problem = async (response: Response): Promise<ProblemWire> => {
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const body = (await response.json()) as ProblemWire;
    expect(body).toMatchObject({ status: response.status, request_id: response.headers.get('x-request-id') });
    return body;
  };

  it('asks for a token before it looks at anything else', async () => {
    const { ask, port } = await start();
    for (const authorization of ['', 'Bearer', 'Bearer wrong', 'bearer ', `Basic ${btoa(`x:${testToken}`)}`, `Bearer ${testToken}x`]) {
      const response = await ask(`/things/${id}/echo`, { method: 'POST', body: 'not JSON', headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      expect((await problem(response)).code).toBe('unauthenticated');
    }
    expect((await rawRequest(port, { path: '/extra' })).status).toBe(401);
    expect((await ask('/extra')).status).toBe(200);
  });

  it('checks what comes in and names the field', async () => {
    const { send } = await start();
    const cases: readonly (readonly [path: string, body: unknown, field: string])[] = [
      [`/things/7/echo`, { text: 'a' }, 'path.thing_id'],
      [`/things/${id}/echo?limit=11`, { text: 'a' }, 'query.limit'],
      [`/things/${id}/echo?limit=1&limit=2`, { text: 'a' }, 'query.limit'],
      [`/things/${id}/echo?unknown=1`, { text: 'a' }, 'query'],
      [`/things/${id}/echo`, { text: 1 }, 'body.text'],
      [`/things/${id}/echo`, { text: 'a', organization_id: id }, 'body'],
      [`/things/${id}/echo`, [], 'body'],
    ];
    for (const [path, body, field] of cases) {
      const response = await send('POST', path, body);
      expect(await problem(response)).toMatchObject({ status: 400, code: 'request_invalid', details: { field } });
    }
    expect(await problem(await send('POST', `/things/${id}/echo`, { text: 'a' }, { 'if-match': '"x"' }))).toMatchObject({
      details: { field: 'headers.if-match' },
    });
    const answer = await send('POST', `/things/${id}/echo?limit=3`, { text: 'a' }, { 'if-match': 'W/"12-abc"' });
    expect(await answer.json()).toEqual({ text: 'a 3 12' });
  });

  it('refuses bodies it does not read', async () => {
    const { ask, send } = await start();
    const path = `/things/${id}/echo`;
    const withType = (type: string, body: string) => ask(path, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await problem(await withType('text/plain', '{"text":"a"}'))).code).toBe('media_type_unsupported');
    expect((await problem(await withType('application/x-www-form-urlencoded', 'text=a'))).code).toBe('media_type_unsupported');
    expect((await problem(await withType('application/json', '{"text":'))).code).toBe('request_invalid');
    expect((await problem(await withType('application/json', '{"__proto__":{"text":"a"}}'))).code).toBe('request_invalid');
    expect((await problem(await withType('application/json', ''))).code).toBe('request_invalid');
    const halves = [String.raw`{"text":"\ud800"}`, String.raw`{"a":[{"\udc00x":1}]}`];
    for (const body of halves) expect((await problem(await withType('application/json', body))).detail).toContain('surrogate');
    expect((await withType('application/json', String.raw`{"text":"\ud83d\ude00"}`)).status).toBe(200);
    const deep = '['.repeat(400_000) + ']'.repeat(400_000);
    expect((await problem(await withType('application/json', deep))).code).toBe('request_invalid');
    expect((await problem(await send('POST', path, { text: 'x'.repeat(2_000_000) }))).code).toBe('size_limit');
    expect(await (await ask('/optional', { method: 'POST' })).json()).toEqual({ text: 'none' });
    expect(await (await ask('/optional', { method: 'POST', headers: { 'content-type': 'application/json' } })).json()).toEqual({
      text: 'none',
    });
  });

  it('says what an address does take, and what is none', async () => {
    const { send, port } = await start();
    const wrong = await send('DELETE', `/things/${id}/echo`);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect((await problem(wrong)).status).toBe(405);
    for (const path of ['/', '/nothing', '/things', `/things/${id}/`, `/things/${id}/other`]) {
      expect((await problem(await send('GET', path))).code).toBe('not_found');
    }
    const malformed = await rawRequest(port, { path: '/things/%zz' });
    expect(malformed.status).toBe(400);
    expect(JSON.parse(malformed.body)).toMatchObject({ code: 'request_invalid' });
  });

  it('tells a refusal by its row, and of a defect nothing but the id of the request', async () => {
    const { ask, log } = await start();
    const full = await ask('/fail/queue_full');
    expect(full.headers.get('retry-after')).toBe('3');
    expect(await problem(full)).toMatchObject({ status: 429, detail: 'it was so', hint: 'Do that.', title: errorTable.queue_full.summary });
    expect((await ask('/fail/database_unavailable')).headers.get('retry-after')).toBe('3');
    const defect = await ask('/fail/defect', { headers: { 'x-request-id': 'abc-1' } });
    expect(defect.status).toBe(500);
    expect(JSON.stringify(await problem(defect))).not.toContain('hunter2');
    const line = log.find(({ level, fields }) => level === 'error' && fields['request_id'] === 'abc-1');
    expect(String(line?.fields['error'])).toContain('hunter2');
  });

  it('answers as declared: a field too many is left out, a wrong one is a defect', async () => {
    const { ask } = await start();
    expect(await (await ask('/extra')).json()).toEqual({ text: 'a' });
    const response = await ask('/undeclared');
    expect(response.status).toBe(500);
    expect((await problem(response)).code).toBe('internal');
  });

  it('gives an ETag with the revision, and 304 to who has the answer', async () => {
    const { ask } = await start();
    const first = await ask(`/things/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"7-[\w-]{22}"$/);
    const again = await ask(`/things/${id}`, { headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await ask('/things/other', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('serves only names it is known by, and addresses', async () => {
    const { port } = await start(['scan.example.com:8080']);
    const statusFor = async (host: string) =>
      (await rawRequest(port, { path: '/extra', headers: { host, authorization: `Bearer ${testToken}` } })).status;
    for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]:1', 'SCAN.example.com', 'scan.example.com.:8080', '10.1.2.3']) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of ['evil.example', 'localhost.evil.example', 'scan.example.com.evil', '127.0.0.1.nip.io']) {
      expect([host, await statusFor(host)]).toEqual([host, 421]);
    }
  });

  it('takes over sane request ids only, and says on every answer that it is data', async () => {
    const { ask } = await start();
    expect((await ask('/extra', { headers: { 'x-request-id': 'trace:1.2' } })).headers.get('x-request-id')).toBe('trace:1.2');
    const response = await ask('/nothing', { headers: { 'x-request-id': 'a b' } });
    expect(response.headers.get('x-request-id')).toMatch(/^request-\d+$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('logs operations and ids, never addresses or headers', async () => {
    const { ask, log, observed } = await start();
    await ask(`/things/${id}?signature=abcdef`, { headers: { 'x-request-id': 'seen' } });
    await ask('/nothing/secret-path');
    await expect.poll(() => log.filter(({ message }) => message === 'request').length).toBe(2);
    const text = JSON.stringify(log);
    for (const hidden of ['abcdef', 'secret-path', testToken]) expect(text).not.toContain(hidden);
    expect(log[0]?.fields).toMatchObject({ request_id: 'seen', operation: 'show', status: 400, actor: 'operator' });
    expect(observed.map(({ operation, status }) => [operation, status])).toEqual([
      ['show', 400],
      ['none', 404],
    ]);
  });

  it('takes uploads of any length chunk by chunk, and still answers who sends too much', async () => {
    const { ask, port } = await start();
    const bytes = new Uint8Array(8 * 1024 * 1024);
    const stored = await ask('/upload/10000000', { method: 'PUT', body: bytes });
    expect(await stored.json()).toEqual({ text: String(bytes.length) });
    // No length is declared, so only what comes can be counted.
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('PUT /upload/1000 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n');
        const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
        const feed = setInterval(() => socket.write(chunk), 5);
        socket.on('data', (part) => {
          text += part.toString();
          if (text.includes('size_limit')) {
            clearInterval(feed);
            socket.destroy();
            resolve(text);
          }
        });
        socket.on('error', reject);
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('does not read on for ever what somebody sends whom it has refused', async () => {
    const { port } = await start();
    const heads = [`POST /things/${id}/echo HTTP/1.1`, 'PUT /upload/0 HTTP/1.1', 'POST /nothing HTTP/1.1'];
    const answers = await Promise.all(
      heads.map(
        (head) =>
          new Promise<string>((resolve) => {
            let text = '';
            const socket = connect(port, '127.0.0.1', () => {
              socket.write(`${head}\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
            });
            const feed = setInterval(() => socket.write('1\r\nx\r\n'), 50);
            socket.on('data', (part) => {
              text += part.toString();
            });
            socket.on('error', () => undefined);
            socket.on('close', () => {
              clearInterval(feed);
              resolve(text);
            });
          }),
      ),
    );
    expect(answers.map((text) => text.slice(9, 12))).toEqual(['401', '413', '404']);
  });

  it('takes a client that leaves in the middle of its body for no defect', async () => {
    const { port, log } = await start();
    for (const head of [`POST /things/${id}/echo`, 'PUT /upload/1000']) {
      const socket = connect(port, '127.0.0.1');
      const headers = `authorization: Bearer ${testToken}\r\ncontent-type: application/json\r\ncontent-length: 900`;
      socket.write(`${head} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\nexpect: 100-continue\r\n\r\n{`);
      // The server has seen the request when it asks for the rest.
      await once(socket, 'data');
      socket.destroy();
    }
    await expect.poll(() => log.map(({ level, message }) => `${level} ${message}`)).toEqual(Array(2).fill('debug request broke off'));
  });

  it('gives a limited number of endless answers at once', async () => {
    const { ask } = await start();
    const gone = new AbortController();
    const streams = await Promise.all(Array.from({ length: 300 }, () => ask('/endless', { signal: gone.signal })));
    const refused = streams.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(300 - 256);
    expect((await problem(refused[0] ?? Response.error())).code).toBe('streams_full');
    gone.abort();
    await expect.poll(async () => (await ask('/endless')).status).toBe(200);
  });

  it('ends the work of a client that has gone', async () => {
    const { ask } = await start();
    const gone = new AbortController();
    const waiting = ask('/slow/600000', { signal: gone.signal }).catch(() => 'gone');
    await expect.poll(() => started).toEqual(['slow']);
    gone.abort();
    expect(await waiting).toBe('gone');
    await expect.poll(() => cancelled).toEqual(['slow']);
  });

  it('drains: ends endless answers, finishes what is under way, takes nothing new', async () => {
    const { ask, server, port } = await start();
    const stream = await ask('/endless');
    const reading = stream.text();
    const slow = ask('/slow/300');
    await expect.poll(() => started).toEqual(['slow']);
    const closing = server.close({ graceMs: 30_000 });
    expect(await reading).toBe(': open\n\n');
    expect(await (await slow).json()).toEqual({ text: 'done' });
    await closing;
    await expect(rawRequest(port, { path: '/extra' })).rejects.toThrow('ECONNREFUSED');
  });

  it('cuts off what does not end within the grace period', async () => {
    const { ask, server } = await start();
    const slow = ask('/slow/600000').catch(() => 'cut off');
    await expect.poll(() => started).toEqual(['slow']);
    await server.close({ graceMs: 50 });
    expect(await slow).toBe('cut off');
    expect(cancelled).toEqual(['slow']);
  });

  it('says so when the address is taken', async () => {
    const { port } = await start();
    const again = startRest({ operations, useCases: {} as UseCases, organizationId: id, port });
    await expect(again).rejects.toMatchObject({ code: 'address_in_use' });
  });
});
