import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../lib/errors.ts';
import { createKeyring } from '../keyring/keyring.ts';
import { openSignedUrl, type SignedGrant, signUrl } from './signed-url.ts';

const keyring = createKeyring(randomBytes(32));
const now = Date.UTC(2026, 10, 22);
const grant: SignedGrant = {
  method: 'PUT',
  organizationId: '01900000-0000-7000-8000-000000000001',
  artifactId: '01900000-0000-7000-8000-00000000000a',
  sizeBytes: 1234,
  sha256: 'ab'.repeat(32),
  contentType: 'application/zip',
  expiresAt: new Date(now + 60_000),
};
const { path } = signUrl(keyring, grant);
const open = (method: string, url: string, at = now) => openSignedUrl(keyring, { method, url }, at);
const isRefused = (method: string, url: string, at = now): boolean => {
  try {
    open(method, url, at);
    return false;
  } catch (error) {
    return isAppError(error, 'signature_invalid');
  }
};

describe('a signed URL', () => {
  it('says what it allows', () => {
    expect(open('PUT', path)).toEqual(grant);
    const download = signUrl(keyring, { ...grant, method: 'GET', contentType: 'application/sarif+json', sizeBytes: 0 });
    expect(open('GET', download.path)).toMatchObject({ method: 'GET', contentType: 'application/sarif+json', sizeBytes: 0 });
  });

  it('is refused with any character changed, left out or doubled', () => {
    for (let at = 0; at < path.length; at += 1) {
      const changed = path[at] === '0' ? '1' : '0';
      expect(isRefused('PUT', path.slice(0, at) + changed + path.slice(at + 1))).toBe(true);
      expect(isRefused('PUT', path.slice(0, at) + path.slice(at + 1))).toBe(true);
      expect(isRefused('PUT', path.slice(0, at + 1) + path.slice(at))).toBe(true);
    }
  });

  it.each([
    ['another method', 'GET', path],
    ['a method in lower case', 'put', path],
    ['one more field', 'PUT', `${path}&x=1`],
    ['a fragment', 'PUT', `${path}#x`],
    ['a doubled slash', 'PUT', path.replace('/artifacts/', '//artifacts/')],
    ['a dot segment', 'PUT', path.replace('/artifacts/', '/x/../artifacts/')],
    ['an escape that means the same', 'PUT', path.replace('/artifacts/', '/%61rtifacts/')],
    ['an escape in lower case', 'PUT', path.replace('%2F', '%2f')],
    ['a field twice', 'PUT', path.replace('&expires=', '&size_bytes=9&expires=')],
    ['fields in another order', 'PUT', path.replace(/(&size_bytes=\d+)(&sha256=\w+)/, '$2$1')],
    ['leading zeros', 'PUT', path.replace('size_bytes=', 'size_bytes=0')],
    ['another origin', 'PUT', `http://localhost${path}`],
    ['an impossible escape', 'PUT', path.replace('%2F', '%ff')],
    ['nothing', 'PUT', ''],
    ['far too much', 'PUT', path + '0'.repeat(10_000)],
  ])('is refused with %s', (_, method, url) => {
    expect(isRefused(method, url)).toBe(true);
  });

  it('ends at its time, and says so', () => {
    expect(isRefused('PUT', path, now + 59_999)).toBe(false);
    expect(isRefused('PUT', path, now + 60_000)).toBe(true);
    expect(() => open('PUT', path, now + 60_000)).toThrow(/was good until 2026-11-22T00:01:00/);
    expect(isRefused('PUT', path.replace(/expires=\d+/, 'expires=9999999999'), now + 60_000)).toBe(true);
  });

  it('is worth nothing to a server with another key', () => {
    expect(() => openSignedUrl(createKeyring(randomBytes(32)), { method: 'PUT', url: path }, now)).toThrow(/not one this server signed/);
  });
});
