import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { prepareEngines, selectEngines } from './prepare-engines.ts';

const { signal } = new AbortController();
const names = async (...given: Parameters<typeof selectEngines>): Promise<readonly string[]> =>
  (await selectEngines(...given)).map(({ name }) => name);

describe('selectEngines', () => {
  it('takes the default ones, of a history those that can read one', async () => {
    expect(await names(undefined, [], { history: false })).toEqual(['secrets', 'code']);
    expect(await names(undefined, [], { history: true })).toEqual(['secrets']);
    expect(await names(undefined, ['code'], { history: false })).toEqual(['secrets']);
  });

  it('takes those that are named, each once, whatever they can do', async () => {
    expect(await names(['code', 'secrets', 'code'], [], { history: true })).toEqual(['code', 'secrets']);
  });

  it('refuses when none is left', async () => {
    await expect(selectEngines(undefined, ['secrets'], { history: true })).rejects.toMatchObject({ code: 'usage_invalid' });
  });
});

it('says that rules are not run when no engine of the scan reads them', async () => {
  const rulesDir = fileURLToPath(new URL('../../rules', import.meta.url));
  const folder = temporaryFolder();
  const own = folder.write('own.yaml', 'rules: [{ id: r, languages: [python], severity: ERROR, message: m, pattern: f() }]');
  const request = { offline: false, codeRules: { rulePaths: [own], withoutOwnRules: true } };
  const warningsWith = async (...engines: string[]): Promise<readonly string[]> =>
    (await prepareEngines(await selectEngines(engines, [], { history: false }), request, rulesDir, { paths: [], signal })).warnings;
  try {
    expect(await warningsWith('secrets')).toEqual([expect.stringContaining('--rules are not run')]);
    expect(await warningsWith('secrets', 'code')).toEqual([]);
  } finally {
    folder.remove();
  }
});
