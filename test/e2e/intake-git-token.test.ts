import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeAskpass } from '../../src/ports/checkout/git/askpass.ts';
import { makeCertificate } from '../support/certificate.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { needsTool } from '../support/needs.ts';

const token = `tok${Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 10)).join('')}`;
let folder: string;
let intake: Intake;
/** Called for every authorised request. */
let onRequest: (request: IncomingMessage) => void = () => undefined;
let server: LoopbackServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-git-token-'));
  createRepository(join(folder, 'private.git')).commit({ 'a.txt': 'private\n' });
  intake = createIntake();
  server = await startGitServer({
    root: folder,
    auth: { token },
    intercept: (request) => {
      if (request.headers.authorization !== undefined) onRequest(request);
      return false;
    },
  });
});

afterAll(async () => {
  intake.remove();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const readAll = (directory: string): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe('a token', () => {
  afterEach(() => {
    onRequest = () => undefined;
  });

  it('opens a private repository, and is in no argument, environment or file meanwhile', async () => {
    let looks = 0;
    const seen: string[] = [];
    const encoded = Buffer.from(`x-access-token:${token}`).toString('base64');
    onRequest = () => {
      looks += 1;
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
        for (const part of ['cmdline', 'environ']) {
          try {
            const text = readFileSync(`/proc/${pid}/${part}`, 'latin1');
            if (text.includes(token) || text.includes(encoded)) seen.push(`${pid} ${part}`);
          } catch {
            // The process is gone, or is a thread of the kernel.
          }
        }
      }
      if (readAll(intake.scratch).includes(token)) seen.push('file');
    };
    const checkout = await intake.open(`${server.url}/private.git`, { allowHosts: [server.host], token });
    expect(readFileSync(join(checkout.root, 'a.txt'), 'utf8')).toBe('private\n');
    expect(looks).toBeGreaterThan(1);
    expect(seen).toEqual([]);
    expect(readAll(intake.scratch)).not.toContain(token);
    expect(JSON.stringify(checkout)).not.toContain(token);
    await checkout.dispose();
  });

  it('is asked for when it is missing, and never repeated when it is wrong', async () => {
    const allowHosts = [server.host];
    expect(await intake.refusal(`${server.url}/private.git`, { allowHosts })).toMatchObject({
      code: 'authentication_required',
      hint: expect.stringContaining('SIGHTLINE_GIT_TOKEN'),
    });
    const wrong = `${token}x`;
    const { code, message, hint } = await intake.refusal(`${server.url}/private.git`, { allowHosts, token: wrong });
    expect(code).toBe('authentication_required');
    expect(message + hint).not.toContain(token);
  });

  it('is not offered to a server that does not ask', async () => {
    const open = await startGitServer({ root: folder });
    await (await intake.open(`${open.url}/private.git`, { allowHosts: [open.host], token })).dispose();
    expect(open.requests.filter((request) => request.headers['authorization'] !== undefined)).toEqual([]);
    await open.close();
  });

  it('is answered by the askpass program for its own origin only, and once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'askpass-'));
    const program = await writeAskpass(directory);
    const ask = (prompt: string, origin = 'https://git.example.com:8443'): string => {
      const input = join(directory, 'descriptor');
      writeFileSync(input, `${token}\n`);
      const result = spawnSync('/bin/sh', ['-c', 'exec "$0" "$1" 3<"$2"', program, prompt, input], {
        env: { PATH: '/usr/bin:/bin', SIGHTLINE_ASKPASS_ORIGIN: origin, SIGHTLINE_ASKPASS_USERNAME: 'x-access-token' },
        encoding: 'utf8',
      });
      expect(result.status === 0).toBe(result.stdout !== '');
      return result.stdout;
    };
    expect(ask("Username for 'https://git.example.com:8443': ")).toBe('x-access-token\n');
    expect(ask("Password for 'https://x-access-token@git.example.com:8443': ")).toBe(`${token}\n`);
    for (const prompt of [
      "Password for 'https://x-access-token@git.example.com': ",
      "Password for 'https://x-access-token@evil.example.com:8443': ",
      "Password for 'http://x-access-token@git.example.com:8443': ",
      "Password for 'https://other@git.example.com:8443': ",
      "Password for 'https://x-access-token@git.example.com:8443.evil.test': ",
      "Password for 'https://x-access-token@git.example.com:8443': extra",
      "Password for 'https://x-access-token@*': ",
      'Password: ',
      'Are you sure you want to continue connecting (yes/no)? ',
      '',
    ]) {
      expect(ask(prompt)).toBe('');
    }
    expect(ask("Password for 'https://x-access-token@anything': ", 'https://*')).toBe('');
    rmSync(directory, { recursive: true });
  });
});

describe.skipIf(!needsTool('openssl'))('https', () => {
  let secure: LoopbackServer;
  let caFile: string;
  beforeAll(async () => {
    const tls = makeCertificate(folder, 'git.test');
    caFile = tls.caFile;
    secure = await startGitServer({
      root: folder,
      tls,
      auth: { token },
      intercept: (request, response) => {
        if (request.url?.startsWith('/moved') !== true) return false;
        response.writeHead(301, { location: request.url.replace('/moved', '/private') }).end();
        return true;
      },
    });
  });
  afterAll(() => secure.close());

  it('works with the person’s own certificate authority, also across a redirect on the same origin', async () => {
    const own = createIntake({ resolveHost: async () => ['127.0.0.1'], caFile });
    for (const name of ['private', 'moved']) {
      const checkout = await own.open(`https://git.test:${secure.port}/${name}.git`, { allowHosts: ['git.test'], token });
      expect(checkout.target.location).toBe(`https://git.test:${secure.port}/private.git`);
      expect(checkout.files).toHaveLength(1);
      await checkout.dispose();
    }
    own.remove();
  });

  it('is refused when the certificate is unknown, or for another host; the token is not sent', async () => {
    const before = secure.requests.length;
    const unknown = createIntake({ resolveHost: async () => ['127.0.0.1'] });
    expect(await unknown.refusal(`https://git.test:${secure.port}/private.git`, { allowHosts: ['git.test'], token })).toMatchObject({
      code: 'git_failed',
      hint: expect.stringContaining('ertificate'),
    });
    const wrongName = createIntake({ resolveHost: async () => ['127.0.0.1'], caFile });
    expect(await wrongName.refusal(`https://other.test:${secure.port}/private.git`, { allowHosts: ['other.test'], token })).toMatchObject({
      code: 'git_failed',
    });
    expect(secure.requests.length).toBe(before);
    unknown.remove();
    wrongName.remove();
  });
});

describe('ssh', () => {
  it('goes to the checked address with the person’s identity and without their configuration', async () => {
    const bin = join(folder, 'bin');
    const record = join(folder, 'ssh-arguments');
    mkdirSync(bin);
    // Stands in for ssh: notes how it was called, then serves the repository whose path git asked for.
    writeFileSync(
      join(bin, 'ssh'),
      `#!/bin/sh\nfor argument in "$@"; do printf '%s\\n' "$argument"; last=$argument; done >'${record}'\nenv >'${record}.env'\ncd '${folder}' && eval "exec \${last%% *} .\${last#* }"\n`,
    );
    chmodSync(join(bin, 'ssh'), 0o755);
    const own = createIntake({
      resolveHost: async () => ['10.1.2.3'],
      sshAgentSocket: '/run/agent.sock',
      searchPath: `${bin}:${process.env['PATH']}`,
    });
    for (const [target, alias, port] of [
      ['ssh://dev@git.corp.test:2222/private.git', '[git.corp.test]:2222', '2222'],
      ['git@git.corp.test:/private.git', 'git.corp.test', undefined],
    ] as const) {
      const checkout = await own.open(target, { token });
      expect(checkout.files).toEqual([{ path: 'a.txt', sizeBytes: 8 }]);
      await checkout.dispose();
      const called = readFileSync(record, 'utf8').split('\n');
      expect(called.slice(0, 2)).toEqual(['-F', '/dev/null']);
      for (const setting of [
        'BatchMode=yes',
        'StrictHostKeyChecking=yes',
        'ProxyCommand=none',
        'ForwardAgent=no',
        'HostName=10.1.2.3',
        `HostKeyAlias=${alias}`,
      ])
        expect(called).toContain(`-o${setting}`);
      expect(called.includes('-p') ? called[called.indexOf('-p') + 1] : undefined).toBe(port);
      expect(called).toContain(target.startsWith('ssh') ? 'dev@git.corp.test' : 'git@git.corp.test');
      const environment = readFileSync(`${record}.env`, 'utf8');
      expect(environment).toContain('SSH_AUTH_SOCK=/run/agent.sock');
      expect(environment).not.toContain(token);
    }
    own.remove();
  });
});
