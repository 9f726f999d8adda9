import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { PreparedEngine, PrepareOptions } from '../engine.ts';
import { type CodeOptions, prepareRules } from './prepare-rules.ts';

const { signal } = new AbortController();
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'own'));
});
afterEach(() => folder.remove());

const rule = (id: string, fields = 'languages: [python]\npattern: f($X)'): string =>
  `  - id: ${id}\n    message: Message of ${id}.\n    severity: ERROR\n${fields.replace(/^/gm, '    ')}\n`;
const write = (name: string, ...rules: readonly string[]): string => folder.write(name, `rules:\n${rules.join('')}`);
const prepare = (
  settings: { readonly rulePaths?: readonly string[]; readonly withoutOwnRules?: boolean } = {},
  options: Partial<PrepareOptions> = {},
): Promise<PreparedEngine & { readonly options: CodeOptions }> =>
  prepareRules({ rulesDir: join(folder.path, 'own'), hmacKey: { id: 'x', key: new Uint8Array(32), ephemeral: true }, ...settings }, '1', {
    signal,
    ...options,
  });
const idsOf = ({ rules }: PreparedEngine): readonly string[] => rules.map(({ id }) => id);

it('puts rules that are named beside its own, or in their place', async () => {
  write('own/a.yaml', rule('own'));
  const given = write('given.yaml', rule('given'));
  expect(idsOf(await prepare())).toEqual(['own']);
  expect(idsOf(await prepare({ rulePaths: [given] }))).toEqual(['own', 'given']);
  expect(idsOf(await prepare({ rulePaths: [given], withoutOwnRules: true }))).toEqual(['given']);
  await expect(prepare({ withoutOwnRules: true })).rejects.toMatchObject({
    code: 'usage_invalid',
    hint: expect.stringContaining('--rules'),
  });
});

it('refuses a rule that is wrong, with its place', async () => {
  const path = write('own/a.yaml', rule('fine'), rule('wrong', 'languages: [python]'));
  await expect(prepare()).rejects.toMatchObject({
    code: 'rule_invalid',
    message: expect.stringMatching(new RegExp(`^${path}:\\d+:\\d+: `)),
  });
});

it('says in one line which rules are not supported', async () => {
  const taint = 'languages: [python]\nmode: taint\npattern-sources:\n  - pattern: f()\npattern-sinks:\n  - pattern: g()';
  const given = write(
    'given.yaml',
    rule('fine'),
    rule('t1', taint),
    rule('t2', taint),
    rule('x', 'languages: [apex]\npattern: f()'),
    rule('p', 'languages: [python]\npattern: "f(((("'),
  );
  const prepared = await prepare({ rulePaths: [given] });
  expect(idsOf(prepared)).toEqual(['fine']);
  expect(prepared.warnings).toEqual([
    `4 of 5 rules are not supported, or not in all their languages: 2 mode: taint, 1 language: apex, 1 pattern does not parse; "sightline rules validate ${given}" lists them`,
  ]);
});

it('reads patterns only in languages that are there, and is the same rule set all the same', async () => {
  write(
    'own/a.yaml',
    rule('p'),
    rule('j', 'languages: [javascript, python]\npattern: g($X)'),
    rule('g', 'languages: [generic]\npattern: h'),
  );
  const [all, some, none] = [await prepare(), await prepare({}, { paths: ['src/a.js'] }), await prepare({}, { paths: ['README.md'] })];
  expect([...all.options.program.patterns.keys()].sort()).toEqual(['javascript', 'python']);
  expect([...some.options.program.patterns.keys()]).toEqual(['javascript']);
  expect([...none.options.program.patterns.keys()]).toEqual([]);
  expect(none.options.program.rules.map(({ id }) => id)).toEqual(['g']);
  expect(new Set([all, some, none].map(({ rulesetDigest }) => rulesetDigest)).size).toBe(1);
  expect(idsOf(none)).toEqual(['p', 'j', 'g']);
});

it('looks into files whose names say nothing, as long as that can make a difference', async () => {
  write('own/a.yaml', rule('p'), rule('j', 'languages: [javascript]\npattern: g($X)'), rule('k', 'languages: [java]\npattern: h($X)'));
  const languages = async (
    ...paths: readonly string[]
  ): Promise<{ readonly read: readonly string[]; readonly looked: readonly string[] }> => {
    const looked: string[] = [];
    const readFirstLine = async (path: string): Promise<string> => {
      looked.push(path);
      return path.endsWith('tool') ? '#!/usr/bin/env node' : 'Text of a licence';
    };
    const { options } = await prepare({}, { paths, readFirstLine });
    return { read: [...options.program.patterns.keys()].sort(), looked };
  };
  expect(await languages('LICENSE', 'bin/tool', 'a.java')).toEqual({ read: ['java', 'javascript'], looked: ['LICENSE', 'bin/tool'] });
  expect(await languages('LICENSE')).toEqual({ read: [], looked: ['LICENSE'] });
  expect(await languages('LICENSE', 'a.py', 'a.js')).toEqual({ read: ['javascript', 'python'], looked: [] });
  expect([...(await prepare({}, { paths: ['bin/tool'] })).options.program.patterns.keys()].sort()).toEqual(['javascript', 'python']);
});

it('has another digest for other rules, and the same for other places of the same rules', async () => {
  write('own/a.yaml', rule('a'));
  const before = (await prepare()).rulesetDigest;
  write('own/a.yaml', '  # a remark\n', rule('a'));
  expect((await prepare()).rulesetDigest).toBe(before);
  write('own/a.yaml', rule('a', 'languages: [python]\npattern: f($Y)'));
  expect((await prepare()).rulesetDigest).not.toBe(before);
});
