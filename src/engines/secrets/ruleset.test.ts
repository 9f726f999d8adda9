import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  analyserFor,
  packAnalyser,
  packDir,
  prepareConfig,
  sample,
  testKey,
  testSignal,
  withFiles,
} from '../../../test/support/secrets-engine.ts';
import { isAppError } from '../../lib/errors.ts';
import type { FileAnalyser } from '../engine.ts';
import { secretsEngine, testRules } from './index.ts';
import { createRuleMatcher } from './rule-matcher.ts';
import { loadRuleset } from './ruleset.ts';

const base = (more: string): string =>
  `[[rules]]\nid = "tok"\ndescription = "Token"\nregex = '''tok_([a-z0-9]{20})'''\nkeywords = ["TOK_"]\n${more}\n`;
const secret = sample('{{loweralnum:20}}');
const token = `tok_${secret}`;

const ids = (analyser: FileAnalyser, text: string, path = 'src/a.ts', commit?: string): readonly string[] =>
  analyser
    .analyse({ path, bytes: Buffer.from(text), ...(commit === undefined ? {} : { commit }) })
    .findings.map((finding) => finding.ruleId);

const found = async (toml: string, text = `x = ${token}\n`, path?: string, commit?: string): Promise<boolean> =>
  ids(await analyserFor(toml), text, path, commit).includes('tok');

describe('a gitleaks configuration', () => {
  it('finds by keyword and expression', async () => {
    expect(await found(base(''))).toBe(true);
    expect(await found(base(''), 'tok_short')).toBe(false);
  });

  it.each<[string, string, { text?: string; path?: string; commit?: string }, boolean]>([
    ['entropy', 'entropy = 9.0', {}, false],
    ['entropy of the group, not the match', 'entropy = 0.5', { text: `tok_${'a'.repeat(20)}` }, false],
    ['path', "path = '''\\.env$'''", {}, false],
    ['path that fits', "path = '''\\.ts$'''", {}, true],
    ['old allowlist', `[rules.allowlist]\nregexes = ['''^${secret}$''']`, {}, false],
    ['allowlist of the secret', `[[rules.allowlists]]\nregexes = ['''^tok_''']`, {}, true],
    ['allowlist of the match', `[[rules.allowlists]]\nregexTarget = "match"\nregexes = ['''^tok_''']`, {}, false],
    ['allowlist of the line', `[[rules.allowlists]]\nregexTarget = "line"\nregexes = ['''^x =''']`, {}, false],
    ['stopword in any case', `[[rules.allowlists]]\nstopwords = ["${secret.slice(3, 9).toUpperCase()}"]`, {}, false],
    ['stopword of one letter', `[[rules.allowlists]]\nstopwords = ["${secret.slice(-1)}"]`, {}, false],
    ['allowlist of paths', `[[rules.allowlists]]\npaths = ['''^src/''']`, {}, false],
    ['allowlist of commits', `[[rules.allowlists]]\ncommits = ["ABC"]`, { commit: 'abc' }, false],
    ['allowlist of other commits', `[[rules.allowlists]]\ncommits = ["abd"]`, { commit: 'abc' }, true],
    ['AND, both hold', `[[rules.allowlists]]\ncondition = "AND"\npaths = ['''^src/''']\nregexes = ['''.''']`, {}, false],
    ['AND, one holds', `[[rules.allowlists]]\ncondition = "and"\npaths = ['''^lib/''']\nregexes = ['''.''']`, {}, true],
    ['AND with a commit that is unknown', `[[rules.allowlists]]\ncondition = "&&"\ncommits = ["a"]\nregexes = ['''.''']`, {}, true],
    [
      'AND of paths and stopwords',
      `[[rules.allowlists]]\ncondition = "AND"\npaths = ['''\\.ts$''']\nstopwords = ["${secret.slice(0, 5)}"]`,
      {},
      false,
    ],
    ['global allowlist', `[[allowlists]]\nregexes = ['''^${secret.slice(0, 4)}''']`, {}, false],
    ['old global allowlist', `[allowlist]\npaths = ['''a\\.ts$''']`, {}, false],
    [
      'global allowlist for another rule',
      `[[rules]]\nid = "other"\nregex = "x"\n[[allowlists]]\ntargetRules = ["other"]\nregexes = ['''.''']`,
      {},
      true,
    ],
    ['global allowlist for this rule', `[[allowlists]]\ntargetRules = ["tok"]\nregexes = ['''.''']`, {}, false],
    [
      'a flag that reaches on in a list',
      `[[rules.allowlists]]\nregexes = ['''(?i)^nothing$''', '''^${secret.toUpperCase()}$''']`,
      {},
      false,
    ],
  ])('%s', async (_name, more, input, expected) => {
    expect(await found(base(more), input.text, input.path, input.commit)).toBe(expected);
  });

  it('takes the first group that is not empty, or the one named', async () => {
    const both = (group: string) =>
      `[[rules]]\nid = "tok"\nregex = '''k=(zz)?([a-z0-9]{20})-(\\d+)'''\n${group}\n[[rules.allowlists]]\nregexes = ['''^\\d+$''']`;
    expect(await found(both(''), `k=${secret}-12`)).toBe(true);
    expect(await found(both('secretGroup = 3'), `k=${secret}-12`)).toBe(false);
  });

  it('reports a file by its path alone', async () => {
    const analyser = await analyserFor(`[[rules]]\nid = "p12"\ndescription = "Key store"\npath = '''\\.p12$'''`);
    const [finding] = analyser.analyse({ path: 'a/b.p12', bytes: new Uint8Array() }).findings;
    expect(finding).toMatchObject({ ruleId: 'p12', message: 'Key store: the file itself', location: { startLine: 1, startColumn: 1 } });
    expect(ids(analyser, '', 'b.txt')).toEqual([]);
  });

  it('runs a rule without keywords over everything', async () => {
    const analyser = await analyserFor(`[[rules]]\nid = "tok"\nregex = '''q_[a-z0-9]{20}$'''`);
    expect(ids(analyser, `${' '.repeat(3_000_000)}q_${secret}`)).toEqual(['tok']);
  });

  it('joins required rules, which need not report themselves', async () => {
    const rules = (limits: string) =>
      base(`[[rules.required]]\nid = "near"\n${limits}\n[[rules]]\nid = "near"\nregex = '''user=\\w+'''\nskipReport = true`);
    expect(ids(await analyserFor(rules('')), `${token}\n\n\nuser=me`)).toEqual(['tok']);
    expect(ids(await analyserFor(rules('')), token)).toEqual([]);
    expect(ids(await analyserFor(rules('withinLines = 2')), `${token}\n\n\nuser=me`)).toEqual([]);
    expect(ids(await analyserFor(rules('withinLines = 3')), `${token}\n\n\nuser=me`)).toEqual(['tok']);
    expect(ids(await analyserFor(rules('withinColumns = 5')), `${token}\n         user=me`)).toEqual([]);
  });

  it('extends a file beside it, field by field', async () => {
    const own = `[extend]\npath = "base.toml"\ndisabledRules = ["gone", "nothing"]\n[[rules]]\nid = "tok"\nentropy = 9.5\n[rules.sightline]\nseverity = "low"`;
    await withFiles(
      { 'own.toml': own, 'base.toml': `${base('')}[[rules]]\nid = "gone"\nregex = "a"\n[[rules]]\nid = "kept"\nregex = "b"` },
      async (directory) => {
        const prepared = await secretsEngine.prepare(
          { rulesDir: packDir, configPath: join(directory, 'own.toml'), hmacKey: testKey },
          { signal: testSignal() },
        );
        expect(prepared.rules.map((rule) => [rule.id, rule.title, rule.severity])).toEqual([
          ['kept', 'kept', 'high'],
          ['tok', 'Token', 'low'],
        ]);
        expect(prepared.warnings).toEqual([expect.stringContaining('"nothing"')]);
        expect(ids(await secretsEngine.openAnalyser(prepared.options), token)).toEqual([]);
      },
    );
  });

  it('extends our own rules and says that they are ours', async () => {
    const prepared = await prepareConfig(`[extend]\nuseDefault = true\n${base('')}`);
    expect(prepared.rules.length).toBeGreaterThan(150);
    expect(prepared.warnings[0]).toContain("Sightline's own rules");
  });

  it('gives rules without our table a severity, a CWE and help', async () => {
    const [rule] = (await prepareConfig(base('tags = ["x"]'))).rules;
    expect(rule).toMatchObject({
      id: 'tok',
      engine: 'secrets',
      kind: 'secret',
      severity: 'high',
      confidence: 'medium',
      cwe: ['CWE-798'],
      tags: ['x'],
    });
    expect(rule?.help.length).toBeGreaterThan(40);
  });

  it('warns of keys it does not know, with their line', async () => {
    const { warnings } = await prepareConfig(`nonsense = 1\n${base('speed = "high"\n[rules.sightline]\nmood = 1')}`);
    expect(warnings.map((warning) => warning.replace(/^.*rules\.toml/, ''))).toEqual([
      ':1: configuration: unknown key "nonsense" is ignored',
      ':7: rule "tok": unknown key "speed" is ignored',
      ':9: rule "tok": unknown key "mood" is ignored',
    ]);
  });

  it.each([
    ['[[rules]', /rules\.toml:1:\d+: not valid TOML/],
    [base('entropy = "much"'), /rules\.toml:6: rule "tok": "entropy" must be a number/],
    [base('secretGroup = 2'), /rule "tok": "secretGroup" is 2, but the expression has 1 groups/],
    [`[[rules]]\nid = "a"\nregex = '''(?=x)'''`, /rules\.toml:3: rule "a": the expression "\(\?=x\)" does not compile/],
    [`[[rules]]\nregex = "a"`, /"id" is missing/],
    [`[[rules]]\nid = "a"`, /neither "regex" nor "path"/],
    [base('[[rules.allowlists]]\ndescription = "empty"'), /needs at least one of/],
    [base('[[rules.allowlists]]\ncondition = "xor"\nregexes = ["a"]'), /unknown allowlist condition/],
    [base('[[rules.allowlists]]\nregexTarget = "file"\nregexes = ["a"]'), /"regexTarget" must be one of/],
    [base('[[rules.allowlists]]\nregexes = ["("]'), /does not compile/],
    [base('[[allowlists]]\ntargetRules = ["none"]\nregexes = ["a"]'), /"none", which is no rule/],
    [base('[[rules.required]]\nid = "none"'), /requires "none"/],
    [base('[rules.sightline]\nseverity = "huge"'), /"severity" must be one of/],
    ['[extend]\nuseDefault = true\npath = "x"', /exclude each other/],
    ['[extend]\npath = "rules.toml"', /extends itself/],
    ['[extend]\npath = "missing.toml"', /there is no such file/],
    [`[allowlist]\nregexes = ["["]`, /does not compile/],
  ])('refuses %j', async (toml, reason) => {
    const failure: unknown = await prepareConfig(toml).catch((error: unknown) => error);
    expect(isAppError(failure, 'rule_invalid') || isAppError(failure, 'config_invalid')).toBe(true);
    expect((failure as Error).message).toMatch(reason);
  });

  it('changes its digest with what decides findings', async () => {
    const digests = await Promise.all(
      [base(''), base(''), base('entropy = 1.0')].map(async (toml) => (await prepareConfig(toml)).rulesetDigest),
    );
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  it('prepares options that cross to a worker thread', async () => {
    const prepared = await prepareConfig(base(''));
    expect(ids(await secretsEngine.openAnalyser(structuredClone(prepared.options)), token)).toEqual(['tok']);
  });
});

describe('the pack', () => {
  it('proves every rule by its examples', async () => {
    const ruleset = await loadRuleset({ rulesDir: packDir, checkPack: true }, { signal: testSignal() });
    expect(ruleset.warnings).toEqual([]);
    expect(ruleset.rules.filter(({ presentation }) => presentation.match.length === 0 || presentation.noMatch.length === 0)).toEqual([]);
    const report = await testRules({ rulesDir: packDir, seed: 1 }, { signal: testSignal() });
    expect(report.failures).toEqual([]);
    expect(report.examples).toBeGreaterThan(4 * ruleset.rules.length);
  });

  it('runs its rules around keywords, but for those whose keyword is the name of a service beside the token', async () => {
    const { rules } = await loadRuleset({ rulesDir: packDir }, { signal: testSignal() });
    const everywhere = rules.filter(({ spec }) => spec.regex !== undefined && createRuleMatcher(spec)?.followsHits === false);
    expect(everywhere.map(({ spec }) => spec.id)).toEqual([
      'bitwarden-access-token',
      'discord-bot-token',
      'http-token-auth-url',
      'sentry-dsn-secret',
      'twilio-api-key-sid',
      'twitter-bearer-token',
    ]);
  });

  it.each([
    ['src/a.ts', 'token: "{{hex:40}}"', ['generic-api-key']],
    ['test/a.ts', 'token: "{{hex:40}}"', []],
    ['README.md', 'token: "{{hex:40}}"', []],
    ['test/a.ts', 'token: "{{hex:72}}"', ['generic-api-key']],
    ['test/a.ts', 'serviceToken: "{{hex:40}}"', ['generic-api-key']],
    ['src/a.ts', 'public_key = "{{hex:64}}"', ['G402-public']],
    ['README.md', 'public_key = "{{hex:64}}"', []],
  ])('in %s makes of %s: %j', async (path, template, expected) => {
    expect(ids(await packAnalyser(), sample(template), path)).toEqual(expected);
  });

  it('names examples that fail', async () => {
    const toml = base('[rules.sightline]\nmatch = ["x tok_{{loweralnum:20}}", "tok_{{upper:20}}"]\nno_match = ["tok_{{hex:20}}", "tok"]');
    await withFiles({ 'rules.toml': toml }, async (directory) => {
      const report = await testRules({ rulesDir: packDir, configPath: join(directory, 'rules.toml'), seed: 1 }, { signal: testSignal() });
      expect(report).toMatchObject({
        rules: 1,
        examples: 4,
        failures: [
          { ruleId: 'tok', template: 'tok_{{upper:20}}', expected: 'match' },
          { ruleId: 'tok', template: 'tok_{{hex:20}}', expected: 'no match' },
        ],
      });
    });
  });
});
