import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../lib/errors.ts';
import { looksLikeUrl, parseRemoteUrl, type RemoteUrl } from './remote-url.ts';

/** Undefined when the text is refused in the way it should be. */
const parsed = (text: string): RemoteUrl | undefined => {
  try {
    return parseRemoteUrl(text);
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
};

describe('parseRemoteUrl', () => {
  it.each([
    ['https://github.com/o/r', 'https', 'github.com', 443, 'https://github.com/o/r', 'https://github.com'],
    ['HTTPS://GitHub.com:443/o/r.git', 'https', 'github.com', 443, 'https://github.com/o/r.git', 'https://github.com'],
    [
      'https://git.example.com.:8443/a%20b',
      'https',
      'git.example.com',
      8443,
      'https://git.example.com:8443/a%20b',
      'https://git.example.com:8443',
    ],
    ['http://0x7f.1:8080/x', 'http', '127.0.0.1', 8080, 'http://127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
    ['https://[2001:0:7f00:1::]/x', 'https', '2001:0:7f00:1::', 443, 'https://[2001:0:7f00:1::]/x', 'https://[2001:0:7f00:1::]'],
    ['https://bücher.example/x', 'https', 'xn--bcher-kva.example', 443, 'https://xn--bcher-kva.example/x', 'https://xn--bcher-kva.example'],
    ['ssh://git@example.com/o/r.git', 'ssh', 'example.com', 22, 'ssh://git@example.com/o/r.git', 'ssh://example.com'],
    ['ssh://example.com:2222/o/r.git', 'ssh', 'example.com', 2222, 'ssh://git@example.com:2222/o/r.git', 'ssh://example.com:2222'],
    ['ssh://git@2130706433/x', 'ssh', '127.0.0.1', 22, 'ssh://git@127.0.0.1/x', 'ssh://127.0.0.1'],
    ['git@github.com:o/r.git', 'ssh', 'github.com', 22, 'git@github.com:o/r.git', 'ssh://github.com'],
    ['git@[::1]:o/r.git', 'ssh', '::1', 22, 'git@[::1]:o/r.git', 'ssh://[::1]'],
  ])('%s', (text, protocol, hostname, port, href, origin) => {
    expect(parseRemoteUrl(text)).toEqual({ protocol, hostname, port, href, origin });
  });

  it('accepts or refuses any text, and what it accepts is safe to hand on', () => {
    const schemes = fc.constantFrom('https://', 'http://', 'ssh://', 'git@', 'file://', 'ext::', 'HTTPS://', '');
    const hosts = fc.oneof(fc.constantFrom('example.com', '127.1', '[::1]', '-o', 'user:pw@example.com', 'a%0ab', '0'), fc.string());
    const paths = fc.oneof(fc.constantFrom('/x', ':x', ':8080/x', '/../x', '?q', '#f', ':-x'), fc.string());
    const safe = fc.property(schemes, hosts, paths, (scheme, host, path) => {
      const url = parsed(scheme + host + path);
      if (url === undefined) return true;
      return (
        !/^-|[\u0000-\u0020\u007f]|\/\/[^/]*:[^/\d]*@/.test(url.href) &&
        /^[a-z0-9_.:][a-z0-9_.:-]*$/.test(url.hostname) &&
        JSON.stringify(parseRemoteUrl(url.href)) === JSON.stringify(url)
      );
    });
    expect(() => fc.assert(safe, { numRuns: 3000 })).not.toThrow();
  });
});

it('looksLikeUrl tells URLs from paths', () => {
  for (const url of ['https://x/y', 'ext::x', 'EXT::x', 'ext%3A:x', 'file:///x', 'git@host:x', 'a1+b.c://x'])
    expect(looksLikeUrl(url)).toBe(true);
  for (const path of ['.', '/x', 'C:\\x', 'c:/x', 'a/b', 'host:path', 'x.zip', './git@host:x', 'a/b@c:d', ''])
    expect(looksLikeUrl(path)).toBe(false);
});
