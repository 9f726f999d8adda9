import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { isAppError } from '../../lib/errors.ts';
import { loadMasterKey, parseMasterKey } from './master-key.ts';

const options = { signal: new AbortController().signal };

describe('the master key', () => {
  let folder: TemporaryFolder;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'keys', 'master.key');
  });
  afterEach(() => folder.remove());
  const isRefused = (): Promise<boolean> =>
    loadMasterKey(path, options).then(
      () => false,
      (error: unknown) => isAppError(error, 'key_unusable'),
    );

  it('is made once, for its owner only, and then stays', async () => {
    const key = await loadMasterKey(path, options);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'keys')).mode & 0o777).toBe(0o700);
    const text = readFileSync(path, 'utf8');
    expect(parseMasterKey(text)).toEqual(key);
    expect(await loadMasterKey(path, options)).toEqual(key);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is the same for all who make it at the same moment', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadMasterKey(path, options)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(readdirSync(join(folder.path, 'keys'))).toEqual(['master.key']);
  });

  it.each([0o644, 0o640, 0o604, 0o660, 0o602])('is refused when others may touch it: %o', async (mode) => {
    await loadMasterKey(path, options);
    chmodSync(path, mode);
    expect(await isRefused()).toBe(true);
  });

  it('is refused when it is no key, and left as it is', async () => {
    mkdirSync(join(folder.path, 'keys'));
    for (const text of ['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), 'x'.repeat(5000)]) {
      writeFileSync(path, text, { mode: 0o600 });
      expect(await isRefused()).toBe(true);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('is no link, no folder, and not below a file', async () => {
    mkdirSync(join(folder.path, 'keys'));
    symlinkSync(folder.write('elsewhere', randomBytes(32).toString('base64'), 0o600), path);
    expect(await isRefused()).toBe(true);
    path = folder.write('file', '');
    path = join(path, 'master.key');
    expect(await isRefused()).toBe(true);
    path = join(folder.path, 'keys');
    expect(await isRefused()).toBe(true);
    expect(existsSync(join(folder.path, 'keys', 'master.key'))).toBe(true);
  });

  it('is never part of a message', () => {
    const text = `${randomBytes(32).toString('base64')}x`;
    const parse = (): Uint8Array => parseMasterKey(text);
    expect(parse).toThrow(/32 bytes in base64/);
    expect(parse).not.toThrow(text);
  });
});
