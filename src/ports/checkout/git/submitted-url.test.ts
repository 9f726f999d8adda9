import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../lib/errors.ts';
import { checkSubmittedRepository } from './submitted-url.ts';

const codeOf = (url: string, allowHosts: readonly string[] = [], revision: { ref?: string; commit?: string } = {}): string => {
  try {
    checkSubmittedRepository({ url, ...revision }, { allowHosts });
    return 'taken';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
};

describe('a repository somebody asks a server to scan', () => {
  it('is taken over https from a public host, in one spelling', () => {
    expect(checkSubmittedRepository({ url: 'HTTPS://Example.COM:443/a/b.git', ref: 'main' }, { allowHosts: [] })).toEqual({
      url: 'https://example.com/a/b.git',
      ref: 'main',
    });
  });

  it.each([
    ['http://example.com/a', 'protocol_denied'],
    ['ssh://git@example.com/a', 'protocol_denied'],
    ['git@example.com:a/b', 'protocol_denied'],
    ['file:///etc', 'protocol_denied'],
    ['ext::sh -c true', 'url_invalid'],
    ['ext::true', 'protocol_denied'],
    ['/srv/project', 'url_invalid'],
    [`https://user:${'x'.repeat(8)}@example.com/a`, 'url_has_credentials'],
    ['https://127.0.0.1/a', 'address_denied'],
    ['https://0x7f.1/a', 'address_denied'],
    ['https://[::1]/a', 'address_denied'],
    ['https://10.1.2.3/a', 'address_denied'],
    ['https://169.254.169.254/a', 'address_denied'],
    ['https://localhost/a', 'address_denied'],
    ['https://git.internal/a', 'address_denied'],
    ['https://git/a', 'address_denied'],
  ])('%s: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('may be in a private place, and plain, where the operator says so; never at a metadata address', () => {
    expect(codeOf('http://127.0.0.1:3000/a', ['127.0.0.1:3000'])).toBe('taken');
    expect(codeOf('http://127.0.0.1:3001/a', ['127.0.0.1:3000'])).toBe('protocol_denied');
    expect(codeOf('https://git.internal/a', ['git.internal'])).toBe('taken');
    expect(codeOf('https://169.254.169.254/a', ['169.254.169.254'])).toBe('address_denied');
  });

  it('is asked for a well-formed revision', () => {
    expect(codeOf('https://example.com/a', [], { ref: '--upload-pack=x' })).toBe('ref_invalid');
    expect(codeOf('https://example.com/a', [], { commit: 'abc' })).toBe('ref_invalid');
    expect(codeOf('https://example.com/a', [], { commit: 'A'.repeat(40) })).toBe('taken');
  });
});
