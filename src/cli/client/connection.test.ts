import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { resolveConnection, tokenFileName } from './connection.ts';

describe('the connection to a server', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'sightline-data'));
    writeFileSync(join(folder.path, 'sightline-data', tokenFileName), 'slo_stored\n');
  });
  afterEach(() => folder.remove());
  const tokenFor = async (serverUrl: string, environment: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
    (await resolveConnection({ cwd: folder.path, environment: { ...environment, SIGHTLINE_SERVER_URL: serverUrl } }, {})).token;

  it('shows the token of a data directory to a server of this machine, and to no other', async () => {
    for (const own of ['http://127.0.0.1:8080', 'http://localhost', 'https://[::1]:8443/base/', 'http://127.1.2.3'])
      expect([own, await tokenFor(own)]).toEqual([own, 'slo_stored']);
    for (const other of ['https://scan.example.com', 'http://127.0.0.1.evil.example', 'http://localhost.evil.example', 'http://10.0.0.1'])
      expect([other, await tokenFor(other)]).toEqual([other, undefined]);
    expect(await tokenFor('https://scan.example.com', { SIGHTLINE_TOKEN: 'slo_given' })).toBe('slo_given');
  });
});
