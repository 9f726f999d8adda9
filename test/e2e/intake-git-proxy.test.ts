import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { needsTool } from '../support/needs.ts';

const password = ['proxy', 'pass', 'word'].join('-');
const nowhere = async (): Promise<never> => {
  throw new Error('getaddrinfo ENOTFOUND');
};

describe.skipIf(!needsTool('openssl'))('behind a proxy', () => {
  let folder: string;
  let server: LoopbackServer;
  let caFile: string;
  let proxy: ConnectProxy;
  let intakes: Intake[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'intake-git-proxy-'));
    createRepository(join(folder, 'project.git')).commit({ 'a.txt': 'content\n' });
    const tls = makeCertificate(folder, 'git.company.test');
    caFile = tls.caFile;
    server = await startGitServer({
      root: folder,
      tls,
      auth: { token: 'to-be-checked' },
      intercept: (request, response) => {
        const moved = /^\/(moved|away)(.*)$/.exec(request.url ?? '');
        if (moved === null) return false;
        const origin = moved[1] === 'moved' ? '' : 'https://other.company.test';
        response.writeHead(301, { location: `${origin}/project${moved[2] ?? ''}` }).end();
        return true;
      },
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    intakes = [];
    proxy = await startConnectProxy({ ports: { 'git.company.test:443': server.port, 'other.company.test:443': server.port } });
  });
  afterEach(async () => {
    for (const intake of intakes) intake.remove();
    await proxy.close();
  });

  const behind = (options: Parameters<typeof createIntake>[0] = {}): Intake => {
    const intake = createIntake({ resolveHost: nowhere, caFile, httpsProxy: `http://${proxy.host}`, ...options });
    intakes.push(intake);
    return intake;
  };
  const token = 'to-be-checked';
  const target = 'https://git.company.test/project.git';

  it('a name that only the proxy knows is fetched through it, and the token stays inside the tunnel', async () => {
    const checkout = await behind().open(target, { token });
    expect(checkout.files).toEqual([{ path: 'a.txt', sizeBytes: 8 }]);
    expect(new Set(proxy.asked)).toEqual(new Set(['git.company.test:443']));
    expect(proxy.seen()).not.toContain(token);
    expect(proxy.seen()).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
    await checkout.dispose();
  });

  it('a redirect on the same host is followed, one to a name that cannot be checked is not', async () => {
    const checkout = await behind().open('https://git.company.test/moved.git', { token });
    expect(checkout.target.location).toBe(target);
    await checkout.dispose();
    expect((await behind().refusal('https://git.company.test/away.git', { token })).code).toBe('redirect_denied');
    expect(proxy.asked).not.toContain('other.company.test:443');
  });

  it.each([
    ['the address of a metadata service', 'https://169.254.169.254/project.git', nowhere],
    ['a name of a metadata service', 'https://metadata.google.internal/project.git', nowhere],
    ['a name that is known here as the metadata service', target, async () => ['169.254.169.254']],
    ['a name that is known here as this machine', target, async () => ['127.0.0.1']],
    ['another spelling of this machine', 'https://0x7f.1/project.git', nowhere],
    ['this machine', 'https://localhost/project.git', nowhere],
  ])('%s is refused, and the proxy hears nothing', async (_, url, resolveHost) => {
    expect((await behind({ resolveHost }).refusal(url)).code).toBe('address_denied');
    expect(proxy.asked).toEqual([]);
  });

  it('hosts of NO_PROXY are reached directly, at checked addresses', async () => {
    for (const noProxy of [
      '*',
      'git.company.test',
      'example.org, .company.test',
      '*.company.test',
      'company.test',
      'git.company.test:443',
    ]) {
      expect((await behind({ noProxy }).refusal(target)).code).toBe('host_unresolved');
    }
    const port = String(server.port);
    const direct = behind({ noProxy: 'company.test', resolveHost: async () => ['127.0.0.1'] });
    const checkout = await direct.open(`https://git.company.test:${port}/project.git`, { token, allowHosts: ['git.company.test'] });
    await checkout.dispose();
    expect(proxy.asked).toEqual([]);
    for (const noProxy of ['company.tes', 'ompany.test', 'git.company.test:8443', 'other.test', '10.0.0.0/8', ',']) {
      await (await behind({ noProxy }).open(target, { token })).dispose();
    }
  });

  it('a proxy gets its own user and password, and nobody else does', async () => {
    const strict = await startConnectProxy({ ports: { 'git.company.test:443': server.port }, credentials: `user:${password}` });
    for (const name of ['project', 'moved']) {
      const intake = behind({ httpsProxy: `http://user:${password}@${strict.host}` });
      await (await intake.open(`https://git.company.test/${name}.git`, { token })).dispose();
    }
    expect(server.requests.some(({ headers }) => headers['proxy-authorization'] !== undefined)).toBe(false);
    const refused = await behind({ httpsProxy: `http://user:${password}x@${strict.host}` }).refusal(target, { token });
    expect(refused).toMatchObject({ code: 'git_failed', hint: expect.stringContaining('HTTPS_PROXY') });
    expect(JSON.stringify(refused)).not.toContain(password);
    await strict.close();
  });

  it('a value that names no proxy is refused without repeating it', async () => {
    for (const httpsProxy of [`socks5://u:${password}@proxy.test:1080`, 'http://', `http://u:${password}@pro xy`]) {
      const refused = await behind({ httpsProxy }).refusal(target);
      expect(refused.code).toBe('config_invalid');
      expect(JSON.stringify(refused)).not.toContain(password);
    }
    await (await behind({ httpsProxy: proxy.host }).open(target, { token })).dispose();
    await proxy.close();
    expect(await behind().refusal(target, { token })).toMatchObject({ code: 'git_failed' });
  });
});
