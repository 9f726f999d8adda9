import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cliContext } from '../../test/support/cli-context.ts';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkJson, checkRules, checkSummary, checkText, type RuleCheck } from './rule-checks.ts';
import { rulePlace } from './rule-place.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const check: RuleCheck = {
  engine: 'code',
  ruleCount: 1_200,
  problems: [{ path: '/work/r/b.yaml', line: 3, column: 5, message: 'a pattern is missing' }],
  unsupported: [
    { id: 'flow', source: { path: '/work/r/a.yaml', line: 9 }, languages: ['go'], feature: 'mode: taint', reason: 'no data flow' },
  ],
  warnings: [{ path: '/work/r/a.yaml', line: 2, column: 1, message: 'nothing binds $X\u001b[2J' }, { message: 'an old format' }],
};

describe('what a check says', () => {
  test('by place, as compilers write it, safe for a terminal', () => {
    expect(checkText(cliContext({ cwd: '/work' }), check)).toBe(
      [
        'r/a.yaml:2:1: warning: nothing binds $X\\x1b[2J',
        'r/a.yaml:9: unsupported: flow: no data flow',
        'r/b.yaml:3:5: error: a pattern is missing',
        '',
      ].join('\n'),
    );
  });

  test('paths outside the folder one stands in are whole', () => {
    expect(checkText(cliContext({ cwd: '/elsewhere' }), check)).toContain('/work/r/b.yaml:3:5');
  });

  test('the sum of all', () => {
    expect(checkSummary([check, { ...check, ruleCount: 1, problems: [] }])).toBe('1,201 rules, 1 problem, 2 unsupported');
    expect(checkSummary([{ ...check, problems: [], unsupported: [] }])).toBe('1,200 rules, valid');
  });

  test('as JSON', () => {
    expect(checkJson(check)).toEqual({
      engine: 'code',
      rule_count: 1_200,
      problems: [{ path: '/work/r/b.yaml', line: 3, column: 5, message: 'a pattern is missing' }],
      unsupported: [
        { rule_id: 'flow', path: '/work/r/a.yaml', line: 9, languages: ['go'], feature: 'mode: taint', reason: 'no data flow' },
      ],
      warnings: [{ path: '/work/r/a.yaml', line: 2, column: 1, message: 'nothing binds $X\u001b[2J' }, { message: 'an old format' }],
    });
  });
});

describe('rules are read by the engine whose format they have', () => {
  const toml = "[[rules]]\nid = 'odd'\ndescription = 'odd'\nregex = '''odd-[0-9]{4}'''\n";
  const yaml = 'rules:\n- {id: a, languages: [python], message: m, severity: ERROR, pattern: foo($X)}\n';

  test('TOML, YAML, and a folder of both', async () => {
    folder.write('odd.toml', toml);
    folder.write('a.yaml', yaml);
    const context = cliContext({ cwd: folder.path });
    const namesOf = async (shown: string) => (await rulePlace(context, shown)).engines.map(({ name }) => name);
    expect(await namesOf('odd.toml')).toEqual(['secrets']);
    expect(await namesOf('a.yaml')).toEqual(['code']);
    expect(await namesOf('.')).toEqual(['secrets', 'code']);
  });

  test('one check an engine, over all places', async () => {
    folder.write('odd.toml', toml);
    folder.write('x/a.yaml', yaml);
    folder.write('y/b.yaml', yaml.replace('id: a', 'id: b'));
    const context = cliContext({ cwd: folder.path });
    const places = await Promise.all(['x', 'odd.toml', 'y'].map((shown) => rulePlace(context, shown)));
    expect((await checkRules(context, places)).map(({ engine, ruleCount }) => [engine, ruleCount])).toEqual([
      ['code', 2],
      ['secrets', 1],
    ]);
  });

  test('what is not there, or no rule file, is refused with what to name', async () => {
    folder.write('a.txt', 'text');
    const context = cliContext({ cwd: folder.path });
    for (const shown of ['gone.yaml', 'a.txt', '.']) {
      await expect(rulePlace(context, shown)).rejects.toMatchObject({
        code: 'rule_invalid',
        hint: expect.stringContaining('Semgrep YAML'),
      });
    }
  });
});
