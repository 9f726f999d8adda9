import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDnsServer } from '../support/dns-server.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer, startLoopbackServer } from '../support/git-server.ts';

let folder: string;
let server: LoopbackServer;
/** Must never hear from us unless a test says so. */
let other: LoopbackServer;
let intake: Intake;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-git-addresses-'));
  createRepository(join(folder, 'project.git')).commit({ 'a.txt': 'content\n' });
  server = await startGitServer({ root: folder });
  other = await startGitServer({ root: folder, address: '127.0.0.2' });
  intake = createIntake();
});

const closing: LoopbackServer[] = [];
const begin = async (starting: Promise<LoopbackServer>): Promise<LoopbackServer> => {
  const started = await starting;
  closing.push(started);
  return started;
};

afterEach(async () => {
  for (const started of closing.splice(0)) await started.close();
});

afterAll(async () => {
  intake.remove();
  await server.close();
  await other.close();
  rmSync(folder, { recursive: true, force: true });
});

/** For `afterEach`, where an assertion is an error of its own kind. */
const hearsNothing = ({ requests }: LoopbackServer): void => {
  if (requests.length > 0)
    throw new Error(`a server that is out of bounds was asked: ${requests.map(({ method, url }) => `${method} ${url}`).join(', ')}`);
};

const markers = (): string => join(folder, 'marker');

describe('URLs and arguments', () => {
  it.each([
    ['1 remote helper ext', 'ext::sh -c touch% MARKER', 'url_invalid'],
    ['1 remote helper ext without blanks', 'ext::touch', 'protocol_denied'],
    ['2 upper case', 'EXT::touch', 'protocol_denied'],
    ['2 escaped', 'ext%3A:touch', 'protocol_denied'],
    ['3 file', 'file:///etc', 'protocol_denied'],
    ['3 File', 'File://localhost/etc', 'protocol_denied'],
    ['4 git', 'git://127.0.0.1/x', 'protocol_denied'],
    ['5 fd', 'fd::3', 'protocol_denied'],
    ['ftp', 'ftp://example.com/x', 'protocol_denied'],
    ['git+ssh', 'git+ssh://example.com/x', 'protocol_denied'],
    ['javascript', 'javascript://example.com/x', 'protocol_denied'],
    ['plain http', 'http://example.com/x', 'protocol_denied'],
    ['6 option', '--upload-pack=touch MARKER', 'url_invalid'],
    ['9 ssh option as host', 'ssh://-oProxyCommand=touch/x', 'url_invalid'],
    ['9 ssh option as user', 'ssh://-oProxyCommand=touch@example.com/x', 'url_invalid'],
    ['9 ssh option as path', 'git@example.com:-oProxyCommand=touch', 'url_invalid'],
    ['9 ssh option as scp host', 'git@-oProxyCommand=touch:x', 'url_invalid'],
    ['10 password', 'https://user:word@example.com/x', 'url_has_credentials'],
    ['10 user', 'https://user@example.com/x', 'url_has_credentials'],
    ['10 ssh password', 'ssh://git:word@example.com/x', 'url_has_credentials'],
    ['11 %0a', 'https://example.com/x%0ahost=evil', 'url_invalid'],
    ['11 %0A in the host', 'https://example.com%0A.evil.test/x', 'url_invalid'],
    ['11 CR', 'https://example.com/x\r', 'url_invalid'],
    ['11 line feed', 'https://example.com/x\nhost=evil', 'url_invalid'],
    ['11 NUL', 'https://example.com/x\0', 'url_invalid'],
    ['11 tab', 'https://exam\tple.com/x', 'url_invalid'],
    ['12 8 KiB', `https://example.com/${'x'.repeat(8192)}`, 'url_invalid'],
    ['no host', 'https:///x', 'url_invalid'],
    ['backslash', 'https://example.com\\@evil.test/x', 'url_invalid'],
    ['query', 'https://example.com/x?y', 'url_invalid'],
    ['fragment', 'https://example.com/x#y', 'url_invalid'],
    ['no repository', 'ssh://example.com', 'url_invalid'],
    ['port', 'https://example.com:99999/x', 'url_invalid'],
  ])('%s: %s', async (_name, target, code) => {
    expect(await intake.refusal(target.replace('MARKER', markers()))).toMatchObject({ code });
    expect(existsSync(markers())).toBe(false);
  });

  it.each([
    '--output=MARKER',
    '--upload-pack=touch',
    '-x',
    'a..b',
    'a\nb',
    'main.lock',
    'x.lock/y',
    'a b',
    'a~1',
    'a^',
    'a:b',
    '@{-1}',
    '.hidden',
    'a/.b',
    'a//b',
    'a/',
    '/a',
    'a.',
    '@',
    'a\\b',
    'a*',
    '\u0007',
    'x'.repeat(256),
    '',
  ])('7, 8 reference %j', async (ref) => {
    const allowHosts = [server.host];
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts, ref })).toMatchObject({ code: 'ref_invalid' });
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts, since: ref })).toMatchObject({ code: 'ref_invalid' });
  });

  it('a malformed --allow-host is refused', async () => {
    for (const entry of ['', 'a b', 'host:port', 'host:99999', 'http://host', 'user@host', 'host/path', '[::1']) {
      expect(await intake.refusal('https://example.com/x', { allowHosts: [entry] })).toMatchObject({ code: 'usage_invalid' });
    }
  });
});

const never = async (): Promise<readonly string[]> => {
  throw new Error('no name may be looked up here');
};

describe('addresses', () => {
  it.each([
    ['13', '127.0.0.1'],
    ['13', '127.1.2.3'],
    ['14', '2130706433'],
    ['14', '017700000001'],
    ['15', '0x7f.1'],
    ['15', '127.1'],
    ['15', '0177.0.0.1'],
    ['15', '①②⑦.0.0.1'],
    ['15', '127.0.0.1.'],
    ['16', '[::ffff:127.0.0.1]'],
    ['16', '[::ffff:7f00:1]'],
    ['16', '[0:0:0:0:0:ffff:169.254.169.254]'],
    ['17', '[::127.0.0.1]'],
    ['17', '[::1]'],
    ['17', '[::]'],
    ['18', '169.254.169.254'],
    ['18', '169.254.1.1'],
    ['18', '100.100.100.200'],
    ['18', '168.63.129.16'],
    ['19', '[fd00:ec2::254]'],
    ['19', '[fe80::1]'],
    ['20', '[64:ff9b::7f00:1]'],
    ['20', '[64:ff9b::a9fe:a9fe]'],
    ['20', '[2002:7f00:1::]'],
    ['20', '[2001:0:7f00:1::]'],
    ['21', 'localhost'],
    ['21', 'localhost.'],
    ['21', 'LOCALHOST'],
    ['21', 'a.localhost'],
    ['21', 'metadata.google.internal'],
    ['0.0.0.0', '0.0.0.0'],
    ['0', '0'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
  ])('%s: %s is denied, over https and ssh', async (_case, host) => {
    const own = createIntake({ resolveHost: never });
    for (const target of [`https://${host}/x.git`, `https://${host}:8443/x.git`, `ssh://git@${host}/x.git`, `git@${host}:x.git`]) {
      expect(await own.refusal(target, { allowHosts: ['elsewhere.test'] })).toMatchObject({ code: 'address_denied' });
    }
    own.remove();
  });

  it.each(['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '0.0.0.0', '[::ffff:169.254.169.254]'])(
    '%s is denied even when it is allowed by name',
    async (host) => {
      expect(await intake.refusal(`https://${host}/x.git`, { allowHosts: [host, `${host}:443`] })).toMatchObject({
        code: 'address_denied',
      });
    },
  );

  it('21: names that can only be private are denied to hosts nobody typed', async () => {
    const own = createIntake({ resolveHost: never, policy: 'public-only' });
    for (const host of ['intranet', 'git.internal', 'nas.local', '10.0.0.1', '192.168.1.1', '172.16.0.1', '[fc00::1]', '100.64.0.1']) {
      expect(await own.refusal(`https://${host}/x.git`)).toMatchObject({ code: 'address_denied' });
    }
    own.remove();
  });

  it('22: one denied answer denies the name', async () => {
    for (const [policy, addresses] of [
      ['public-only', ['93.184.216.34', '10.0.0.1']],
      ['typed-host', ['93.184.216.34', '127.0.0.1']],
      ['typed-host', ['10.0.0.1', '169.254.169.254']],
      ['typed-host', ['2606:2800:220:1::1', '::1']],
      ['typed-host', ['not an address']],
    ] as const) {
      const own = createIntake({ resolveHost: async () => addresses, policy });
      expect(await own.refusal('https://mixed.test/x.git')).toMatchObject({ code: 'address_denied' });
      own.remove();
    }
  });

  it('a name without addresses is reported as such', async () => {
    const dns = await startDnsServer([[]]);
    const own = createIntake({ resolveHost: dns.resolveHost });
    expect(await own.refusal('https://nowhere.test/x.git')).toMatchObject({ code: 'host_unresolved' });
    own.remove();
    await dns.close();
  });

  it('23: a name that changes its address is asked for once, and only that address is used', async () => {
    const dns = await startDnsServer([['127.0.0.1'], ['127.0.0.2']]);
    const rebound = await begin(startGitServer({ root: folder, address: '127.0.0.2', port: server.port }));
    const own = createIntake({ resolveHost: dns.resolveHost });
    const checkout = await own.open(`http://rebind.test:${server.port}/project.git`, { allowHosts: [`rebind.test:${server.port}`] });
    expect(readFileSync(join(checkout.root, 'a.txt'), 'utf8')).toBe('content\n');
    await checkout.dispose();
    expect(dns.questions).toEqual(['rebind.test']);
    expect(rebound.requests).toEqual([]);
    own.remove();
    await dns.close();
  });

  it('--allow-host admits loopback and plain http for exactly that host and port', async () => {
    const target = `${server.url}/project.git`;
    expect(await intake.refusal(target)).toMatchObject({
      code: 'protocol_denied',
      hint: expect.stringContaining(`--allow-host ${server.host}`),
    });
    expect(await intake.refusal(target, { allowHosts: [`127.0.0.1:${server.port + 1}`] })).toMatchObject({ code: 'protocol_denied' });
    expect(await intake.refusal(target, { allowHosts: ['localhost'] })).toMatchObject({ code: 'protocol_denied' });
    expect(await intake.refusal(target.replace('http:', 'https:'), { allowHosts: ['127.0.0.2'] })).toMatchObject({
      code: 'address_denied',
    });
    const checkout = await intake.open(target, { allowHosts: ['127.0.0.1'] });
    await checkout.dispose();
  });
});

const redirecting = (location: (path: string) => string, status = 302): Promise<LoopbackServer> =>
  begin(
    startLoopbackServer((request, response) => {
      response.writeHead(status, { location: location(request.url ?? '') }).end();
    }),
  );

const token = ['tok', 'en-', Math.random().toString(36).slice(2), 'x'.repeat(12)].join('');

describe('redirects', () => {
  afterEach(() => hearsNothing(other));

  it.each([
    ['24 a host that was not allowed', () => `${other.url}/project.git/info/refs?service=git-upload-pack`],
    ['24 a private address', () => 'https://10.0.0.1/x.git/info/refs?service=git-upload-pack'],
    ['24 metadata', () => 'https://169.254.169.254/x.git/info/refs?service=git-upload-pack'],
    ['24 a private name', () => 'https://git.internal/x.git/info/refs?service=git-upload-pack'],
    ['another protocol', () => 'ssh://git@example.com/x.git/info/refs?service=git-upload-pack'],
    ['a file', () => 'file:///etc/info/refs?service=git-upload-pack'],
    ['a URL with a password', () => `http://u:p@${server.host}/project.git/info/refs?service=git-upload-pack`],
    ['something that is no git URL', () => `${server.url}/login`],
    ['nothing', () => ''],
  ])('to %s are refused', async (_name, location) => {
    const from = await redirecting(location);
    expect(await intake.refusal(`${from.url}/project.git`, { allowHosts: [from.host] })).toMatchObject({ code: 'redirect_denied' });
  });

  it('are followed once', async () => {
    const endless = await redirecting((path) => path.replace(/^\/(x*)/, '/$1x'));
    expect(await intake.refusal(`${endless.url}/project.git`, { allowHosts: [endless.host] })).toMatchObject({ code: 'redirect_denied' });
    expect(endless.requests.length).toBeLessThan(5);
  });

  it('are followed to an allowed host, and the report names where the files came from', async () => {
    const from = await redirecting((path) => `${server.url}${path}`, 301);
    const checkout = await intake.open(`${from.url}/project.git`, { allowHosts: [from.host, server.host] });
    expect(checkout.target.location).toBe(`${server.url}/project.git`);
    await checkout.dispose();
  });

  it('25: never bring the token to another host', async () => {
    const open = await begin(startGitServer({ root: folder }));
    const guarded = await begin(startGitServer({ root: folder, auth: { token } }));
    for (const target of [open, guarded]) {
      const from = await redirecting((path) => `${target.url}${path}`);
      const asking = await begin(
        startGitServer({
          root: folder,
          auth: { token },
          intercept: (request, response) => {
            if (request.headers.authorization === undefined) return false;
            response.writeHead(302, { location: `${target.url}${request.url}` }).end();
            return true;
          },
        }),
      );
      for (const first of [from, asking]) {
        const request = { allowHosts: [first.host, target.host], token };
        const { code } = await intake.refusal(`${first.url}/project.git`, request);
        expect(code).toBe(target === guarded ? 'authentication_required' : 'none');
      }
      expect(target.requests.length).toBeGreaterThan(0);
      expect(target.requests.filter((seen) => seen.headers['authorization'] !== undefined)).toEqual([]);
      const encoded = Buffer.from(token).toString('base64').slice(4, 20);
      expect(JSON.stringify(target.requests)).not.toContain(token);
      expect(JSON.stringify(target.requests)).not.toContain(encoded);
    }
  });

  it('25: of the second request (where git itself would repeat the token) are refused', async () => {
    const from = await begin(
      startGitServer({
        root: folder,
        auth: { token },
        intercept: (request, response) => {
          if (request.method !== 'POST') return false;
          response.writeHead(307, { location: `${other.url}${request.url}` }).end();
          return true;
        },
      }),
    );
    expect(await intake.refusal(`${from.url}/project.git`, { allowHosts: [from.host, other.host], token })).toMatchObject({
      code: 'redirect_denied',
    });
  });
});

describe('addresses inside a repository', () => {
  afterEach(() => hearsNothing(other));

  it('26: alternates of a plain file server are not followed', async () => {
    const plain = await begin(
      startLoopbackServer((request, response) => {
        const path = request.url ?? '';
        if (path.includes('/info/refs'))
          response.writeHead(200, { 'content-type': 'text/plain' }).end(`${'a'.repeat(40)}\trefs/heads/main\n`);
        else if (path.endsWith('/HEAD')) response.writeHead(200).end('ref: refs/heads/main\n');
        else if (path.endsWith('alternates')) response.writeHead(200).end(`${other.url}/project.git/objects\n`);
        else response.writeHead(404).end();
      }),
    );
    const { code } = await intake.refusal(`${plain.url}/project.git`, { allowHosts: [plain.host, other.host], ref: 'main' });
    expect(['git_failed', 'git_integrity', 'target_not_found']).toContain(code);
  });

  it('27, 28: of LFS and submodules are not visited', async () => {
    const repository = createRepository(join(folder, 'pointing.git'));
    const files = {
      '.lfsconfig': `[lfs]\n\turl = ${other.url}/lfs\n`,
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'data.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`,
      '.gitmodules': `[submodule "dep"]\n\tpath = dep\n\turl = ${other.url}/project.git\n`,
    };
    const entries = Object.entries(files).map(([name, content]) => ({ mode: '100644' as const, name, id: repository.blob(content) }));
    repository.commitTree(repository.tree([...entries, { mode: '160000', name: 'dep', id: 'd'.repeat(40) }]));
    const checkout = await intake.open(`${server.url}/pointing.git`, { allowHosts: [server.host, other.host] });
    expect(checkout.leftOut).toEqual([{ path: 'dep', state: 'excluded', reason: 'submodule', detail: expect.any(String) }]);
    expect(readFileSync(join(checkout.root, 'data.bin'), 'utf8')).toBe(files['data.bin']);
    await checkout.dispose();
  });

  it('29: of bundles are not visited', async () => {
    const advertising = await begin(
      startGitServer({
        root: folder,
        intercept: (request, response) => {
          if (request.method !== 'GET') return false;
          const lines = [
            '# service=git-upload-pack\n',
            undefined,
            'version 2\n',
            'ls-refs=unborn\n',
            'fetch=shallow\n',
            'object-format=sha1\n',
            'bundle-uri\n',
            undefined,
          ];
          const body = lines
            .map((line) => (line === undefined ? '0000' : `${(line.length + 4).toString(16).padStart(4, '0')}${line}`))
            .join('');
          response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end(body);
          return true;
        },
      }),
    );
    const bundles = createRepository(join(folder, 'bundles.git'));
    bundles.commit({ 'a.txt': 'a' });
    for (const [key, value] of [
      ['uploadpack.advertiseBundleURIs', 'true'],
      ['bundle.version', '1'],
      ['bundle.mode', 'all'],
      ['bundle.one.uri', `${other.url}/one.bundle`],
    ] as const)
      bundles.git(['config', key, value]);
    const checkout = await intake.open(`${advertising.url}/bundles.git`, { allowHosts: [advertising.host, other.host] });
    expect(checkout.files).toEqual([{ path: 'a.txt', sizeBytes: 1 }]);
    await checkout.dispose();
  });
});
