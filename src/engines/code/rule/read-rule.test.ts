import { describe, expect, test } from 'vitest';
import type { CodeRule } from './code-rule.ts';
import { defaultMatchOptions, type Formula } from './formula.ts';
import { type RuleOutcome, readRule } from './read-rule.ts';
import { readRuleDocument } from './rule-document.ts';

/** Reads one rule from lines that stand below `rules:`, its first line being line 2 of the file. */
const read = (lines: string): RuleOutcome => {
  const indented = lines
    .trim()
    .split('\n')
    .map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)
    .join('\n');
  const document = readRuleDocument('rules.yaml', `rules:\n${indented}\n`);
  expect(document.problems).toEqual([]);
  const [entry] = document.rules ?? [];
  if (entry === undefined) throw new Error('the text holds no rule');
  return readRule(entry.value, 'rules.yaml');
};

const head = 'id: r\nlanguages: [python]\nseverity: ERROR\nmessage: m\n';
const problemsOf = ({ notes }: RuleOutcome): readonly string[] =>
  notes.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
const warningsOf = ({ notes }: RuleOutcome): readonly string[] => notes.warnings.map(({ line, message }) => `${line} ${message}`);
const featuresOf = ({ unsupported }: RuleOutcome): readonly string[] => unsupported.map(({ feature }) => feature);

const ruleOf = (lines: string): CodeRule => {
  const outcome = read(lines);
  expect(problemsOf(outcome)).toEqual([]);
  if (outcome.rule === undefined) throw new Error(`no rule: ${featuresOf(outcome).join()}`);
  return outcome.rule;
};

/** A formula as one line, for comparison: `all(a, not(inside(b))) where … focus …`. */
const brief = (formula: Formula): string => {
  switch (formula.kind) {
    case 'pattern':
      return formula.source;
    case 'regex':
      return `/${formula.source}/`;
    case 'any':
      return `any(${formula.of.map(brief).join(', ')})`;
    case 'inside':
    case 'not':
      return `${formula.kind}(${brief(formula.of)})`;
    case 'all': {
      const where = formula.where.map((condition) =>
        condition.kind === 'metavariable-pattern'
          ? `${condition.metavariable}${condition.language === undefined ? '' : ` as ${condition.language}`} ~ ${brief(condition.of)}`
          : condition.kind,
      );
      const parts = [`all(${formula.of.map(brief).join(', ')})`];
      if (where.length > 0) parts.push(`where ${where.join(' & ')}`);
      if (formula.focus.length > 0) parts.push(`focus ${formula.focus.map((names) => names.join('|')).join(' then ')}`);
      return parts.join(' ');
    }
  }
};

const formulaOf = (lines: string): string => brief(ruleOf(head + lines).formula);

describe('the fields of a rule', () => {
  test('are brought into our words', () => {
    const rule = ruleOf(`
id: my-rule.v1
languages: [py, Python3, regex]
severity: WARNING
message: |
  Found $X
pattern: f($X)
fix-regex:
  regex: f\\((.*)\\)
  replacement: g(\\1)
  count: 1
paths:
  include: ["*.py"]
  exclude: tests
metadata:
  cwe:
    - "CWE-78: Improper Neutralization"
    - CWE-078
    - 79
  owasp: A03:2021
  confidence: HIGH
  category: security
  technology: [flask]
  references: https://example.com
  extra: {nested: [1, true, null]}`);
    expect(rule).toMatchObject({
      id: 'my-rule.v1',
      source: { path: 'rules.yaml', line: 2 },
      languages: ['python', 'regex'],
      severity: 'medium',
      confidence: 'high',
      message: 'Found $X\n',
      formula: { kind: 'pattern', source: 'f($X)', line: 7 },
      fix: { kind: 'regex', regex: 'f\\((.*)\\)', replacement: 'g(\\1)', count: 1 },
      paths: { include: ['*.py'], exclude: ['tests'] },
      cwe: ['CWE-78', 'CWE-79'],
      owasp: ['A03:2021'],
      references: ['https://example.com'],
      tags: ['security', 'flask'],
    });
    expect(rule.metadata['extra']).toEqual({ nested: [1, true, null] });
    expect(rule.options).toEqual(defaultMatchOptions);
  });

  test.each([
    ['CRITICAL', 'critical'],
    ['ERROR', 'high'],
    ['HIGH', 'high'],
    ['MEDIUM', 'medium'],
    ['INFO', 'low'],
    ['LOW', 'low'],
    ['INVENTORY', 'info'],
    ['EXPERIMENT', 'info'],
  ])('severity %s is %s', (written, ours) => {
    expect(ruleOf(`id: r\nlanguages: [python]\nseverity: ${written}\nmessage: m\npattern: f()`).severity).toBe(ours);
  });

  test('that are missing or of the wrong form are all told, with line and column', () => {
    expect(problemsOf(read('id: has space\nlanguages: []\nmessage: [a]\npattern: {a: 1}\npaths: {includes: [a]}'))).toEqual([
      '2:7 the "id" of a rule has 1 to 200 letters, digits, ".", "_" and "-", and nothing else',
      '4:12 "message" must be text, but is a list',
      '2:3 a rule needs "severity"',
      '3:14 "languages" is an empty list; it needs at least one entry',
      '5:12 "pattern" must be text, but is a mapping',
      '6:11 "paths" has no field "includes"; it may have "include", "exclude"',
    ]);
  });

  test('that nobody knows are told, and change nothing', () => {
    const outcome = read(`${head}pattern: f()\npaterns: []`);
    expect(outcome.rule?.id).toBe('r');
    expect(warningsOf(outcome)).toEqual(['7 rules have no field "paterns"; it is ignored']);
  });

  test('numbers and flags where a pattern stands are the text that was written', () => {
    expect(formulaOf('pattern: 0x10')).toBe('0x10');
    expect(formulaOf('pattern: true')).toBe('true');
  });

  test('a path pattern that cannot be read is a problem', () => {
    expect(problemsOf(read(`${head}pattern: f()\npaths:\n  exclude: ["a["]`))).toEqual([
      expect.stringContaining('8:5 the path pattern "a["'),
    ]);
  });

  test('a key __proto__ in metadata is a key', () => {
    const { metadata } = ruleOf(`${head}pattern: f()\nmetadata: {__proto__: {polluted: true}}`);
    expect(Object.keys(metadata)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });
});

describe('options', () => {
  test('are taken by their names in Semgrep', () => {
    const { options } = ruleOf(
      `${head}pattern: f()\noptions: {constant_propagation: false, symmetric_eq: true, generic_ellipsis_max_span: 0, generic_comment_style: c}`,
    );
    expect(options).toEqual({
      ...defaultMatchOptions,
      constantPropagation: false,
      symmetricEquality: true,
      genericEllipsisMaxSpan: 0,
      genericCommentStyle: 'c',
    });
  });

  test('that cannot change what a search finds are passed over, unknown ones warned of, those we lack make the rule unsupported', () => {
    expect(warningsOf(read(`${head}pattern: f()\noptions: {taint_unify_mvars: true, let_is_var: true}`))).toEqual([]);
    expect(warningsOf(read(`${head}pattern: f()\noptions: {nonsense: 1}`))).toEqual(['7 there is no option "nonsense"; it is ignored']);
    expect(featuresOf(read(`${head}pattern: f()\noptions: {generic_engine: aliengrep}`))).toEqual(['option: generic_engine']);
  });

  test('named like what every object has are unknown ones', () => {
    expect(warningsOf(read(`${head}pattern: f()\noptions: {constructor: true, toString: 1}`))).toHaveLength(2);
    expect(problemsOf(read(`${head}match: {constructor: f()}`))).toEqual([expect.stringContaining('there is no operator "constructor"')]);
    expect(problemsOf(read(`${head}toString: f()\npatterns: [{toString: f()}]`))).toEqual([
      expect.stringContaining('there is no operator "toString"'),
    ]);
  });

  test('of the wrong form are problems', () => {
    expect(
      problemsOf(read(`${head}pattern: f()\noptions: {ac_matching: 3, generic_ellipsis_max_span: -1, generic_comment_style: lisp}`)),
    ).toHaveLength(3);
  });
});

describe('the operators', () => {
  test('make one formula', () => {
    expect(
      formulaOf(
        `
patterns:
- pattern-either:
  - pattern: a($X)
  - patterns:
    - pattern: b($X)
    - pattern-not: b(0)
- pattern-inside: |
    def $F(): ...
- pattern-not-inside:
    pattern-either:
    - pattern: c()
    - pattern-regex: 'd+'
- pattern-not-regex: e
- metavariable-regex: {metavariable: $X, regex: '^x'}
- focus-metavariable: [$X, $F]
- focus-metavariable: $X`.trim(),
      ),
    ).toBe(
      'all(any(a($X), all(b($X), not(b(0)))), inside(def $F(): ...\n), not(inside(any(c(), /d+/))), not(/e/)) where metavariable-regex focus $X|$F then $X',
    );
  });

  test('alternatives that are all pattern-inside are one inside with alternatives', () => {
    expect(formulaOf('patterns:\n- pattern: x\n- pattern-either:\n  - pattern-inside: a\n  - pattern-inside: b')).toBe(
      'all(x, inside(any(a, b)))',
    );
    expect(formulaOf('patterns:\n- pattern: x\n- pattern-either:\n  - pattern-inside: a\n  - pattern: b')).toBe(
      'all(x, any(inside(a), b))',
    );
  });

  test('the newer syntax makes the same', () => {
    expect(
      formulaOf(
        `
match:
  all:
  - a($X)
  - any:
    - pattern: b
    - regex: c
  - inside: d
  - not: e
  - not:
      inside: f
  where:
  - metavariable: $X
    regex: g
  - metavariable: $X
    any: [h, i]
  - metavariable: $X
    type: int
  - metavariable: $X
    analyzer: {kind: entropy}
  - comparison: $X > 2
  - focus: $X`.trim(),
      ),
    ).toBe(
      'all(a($X), any(b, /c/), inside(d), not(e), not(inside(f))) where metavariable-regex & $X ~ any(h, i) & metavariable-type & metavariable-analysis & metavariable-comparison focus $X',
    );
    expect(formulaOf('match: f()')).toBe('f()');
    expect(formulaOf('match: {pattern: f($X), where: [{focus: $X}]}')).toBe('all(f($X)) focus $X');
  });

  test('a rule of the language regex alone has expressions for patterns', () => {
    expect(brief(ruleOf('id: r\nlanguages: [none]\nseverity: INFO\nmessage: m\npattern: a+').formula)).toBe('/a+/');
    expect(brief(ruleOf('id: r\nlanguages: [regex, python]\nseverity: INFO\nmessage: m\npattern: a+').formula)).toBe('a+');
  });

  test.each([
    ['patterns:\n- pattern-not: f()', /^6:3 "patterns" needs at least one positive term/],
    ['pattern-not: f()', /^6:3 a rule needs one of .*"pattern-not" stands only below "patterns"/],
    ['pattern: f()\npattern-regex: x', /^7:3 a rule has both "pattern" and "pattern-regex"/],
    ['pattern: f()\nmatch: x', /^6:3 a rule has either "match" or "pattern"/],
    ['pattern-either:\n- pattern-not: f()\n- pattern: g()', /^7:5 "pattern-either" cannot hold something negative/],
    ['pattern-either: []', /^6:19 "pattern-either" is an empty list/],
    ['patterns:\n- pattern: f()\n  pattern-not: g()', /^8:5 one entry holds one operator/],
    ['patterns:\n- patern: f()', /^7:5 there is no operator "patern"/],
    ['patterns: f()', /^6:13 "patterns" must be a list of patterns and conditions, but is "f\(\)"/],
    ['pattern: " "', /^6:12 a pattern must not be empty/],
    ['patterns:\n- pattern: f($X)\n- metavariable-regex: {metavariable: $X, regexp: a}', /has no field "regexp"/],
    [
      'patterns:\n- pattern: f($X)\n- metavariable-regex: {metavariable: $X, regex: "a("}',
      /^8:1 the regular expression of the condition on \$X/,
    ],
    ['pattern-regex: "[z-a]"', /^6:1 the regular expression of this term cannot be used/],
    ['patterns:\n- pattern: f($X)\n- metavariable-comparison: {comparison: "$X >"}', /^8:1 the comparison "\$X >" cannot be read/],
    ['patterns:\n- pattern: f($X)\n- metavariable-analysis: {metavariable: $X, analyzer: guess}', /there is no analyzer "guess"/],
    ['patterns:\n- pattern: f($X)\n- metavariable-type: {metavariable: $X}', /needs either "type" or "types"/],
    ['patterns:\n- pattern: f($X)\n- metavariable-pattern: {metavariable: $X, pattern-not: a}', /has no field "pattern-not"/],
    ['match: {not: f()}', /^6:10 "match" needs a term that is not negative/],
    ['match: {all: [{not: f()}]}', /"all" needs at least one term that is not negative/],
    ['match: {any: [f(), {not: g()}]}', /"any" cannot hold "not"/],
    ['match: {every: [f()]}', /there is no operator "every"/],
    ['fix-regex: {regex: "a(", replacement: b}\npattern: f()', /^6:1 the regular expression of "fix-regex"/],
    ['fix-regex: {regex: a}\npattern: f()', /"fix-regex" needs "replacement"/],
    ['min-version: soon\npattern: f()', /"min-version" must be a version/],
  ])('%j is a problem', (lines, told) => {
    const outcome = read(head + lines);
    expect(outcome.rule).toBeUndefined();
    expect(problemsOf(outcome).filter((line) => told.test(line))).toHaveLength(1);
  });
});

describe('metavariable-pattern', () => {
  test('may be in another language, and holds whole formulas', () => {
    expect(
      formulaOf(
        `
patterns:
- pattern: f($X)
- metavariable-pattern:
    metavariable: $X
    language: regex
    patterns:
    - pattern: a+
    - metavariable-pattern: {metavariable: $1, language: py, pattern: g()}`.trim(),
      ),
    ).toBe('all(f($X)) where $X as regex ~ all(/a+/) where $1 as python ~ g()');
  });

  test('may be only negative: the metavariable is the positive part', () => {
    expect(formulaOf('patterns:\n- pattern: f($X)\n- metavariable-pattern: {metavariable: $X, patterns: [{pattern-not: a}]}')).toBe(
      'all(f($X)) where $X ~ all(not(a))',
    );
    expect(formulaOf('match: {pattern: f($X), where: [{metavariable: $X, all: [{not: a}]}]}')).toBe('all(f($X)) where $X ~ all(not(a))');
  });
});

describe('what we cannot do', () => {
  test.each([
    ['mode: taint\npattern-sources: [{pattern: a}]\npattern-sinks: [{pattern: b}]', 'mode: taint'],
    ['match: {taint: {sources: [a], sinks: [b]}}', 'mode: taint'],
    ['match: {anywhere: a}', 'anywhere'],
    ['taint: {sources: [a], sinks: [b]}', 'mode: taint'],
    ['mode: join\njoin: {}', 'mode: join'],
    ['mode: step\nsteps: []', 'mode: step'],
    ['pattern: f()\nvalidators: [{http: {}}]', 'validators'],
    ['r2c-internal-project-depends-on: {namespace: npm, package: a, version: "1"}', 'dependency'],
    ['patterns:\n- pattern: f()\n- pattern-where-python: "True"', 'pattern-where-python'],
    ['patterns:\n- pattern: f($X)\n- metavariable-pattern: {metavariable: $X, language: cobol, pattern: a}', 'language: cobol'],
    ['patterns:\n- pattern: f($X)\n- metavariable-analysis: {metavariable: $X, analyzer: entropy_v2}', 'analyzer: entropy_v2'],
    ['pattern: f()\nmin-version: 99.0.0', 'min-version'],
    ['pattern: f()\nmax-version: 1.2.3', 'max-version'],
  ])('%j is unsupported', (lines, feature) => {
    const outcome = read(head + lines);
    expect(problemsOf(outcome)).toEqual([]);
    expect(outcome.rule).toBeUndefined();
    expect(outcome.unsupported).toEqual([
      { id: 'r', source: { path: 'rules.yaml', line: 2 }, languages: ['python'], feature, reason: expect.stringMatching(/\.$/) },
    ]);
  });

  test('versions that include ours are no matter', () => {
    expect(featuresOf(read(`${head}pattern: f()\nmin-version: 1.50.0\nmax-version: 2.0.0`))).toEqual([]);
  });

  test('a rule of several languages is run for those we read, and listed for the others', () => {
    const outcome = read('id: r\nlanguages: [python, cobol, js]\nseverity: INFO\nmessage: m\npattern: f()');
    expect(outcome.rule?.languages).toEqual(['python', 'javascript']);
    expect(outcome.unsupported.map(({ languages, feature }) => [languages, feature])).toEqual([[['cobol'], 'language: cobol']]);
  });
});

describe('a condition on what nothing binds', () => {
  test.each([
    [
      'patterns:\n- pattern: f($X)\n- metavariable-regex: {metavariable: $Y, regex: a}',
      ['8 nothing here binds $Y, so the condition never holds'],
    ],
    [
      'patterns:\n- pattern: f($X)\n- metavariable-comparison: {comparison: $X > $Z}',
      ['8 nothing here binds $Z, so the condition never holds'],
    ],
    [
      'patterns:\n- pattern: f()\n- pattern-not: g($X)\n- focus-metavariable: $X',
      ['6 nothing here binds $X, so the condition never holds'],
    ],
    [
      'patterns:\n- pattern: f($X)\n- patterns:\n  - pattern: g()\n  - metavariable-regex: {metavariable: $X, regex: a}',
      ['10 nothing here binds $X, so the condition never holds'],
    ],
    [
      'patterns:\n- pattern: f($X)\n- focus-metavariable: X',
      ['8 "X" is no name of a metavariable ($X, $...ARGS, $1), so nothing is ever bound to it and the rule finds nothing'],
    ],
  ])('%j is warned of, and the rule runs', (lines, warnings) => {
    const outcome = read(head + lines);
    expect(outcome.rule?.id).toBe('r');
    expect(warningsOf(outcome)).toEqual(warnings);
  });

  test.each([
    'patterns:\n- pattern-either:\n  - pattern: f($X)\n  - pattern-inside: g($Y, $...ARGS)\n- focus-metavariable: [$X, $Y, $...ARGS]',
    'patterns:\n- pattern-regex: (?<KEY>a)=(b)\n- metavariable-comparison: {comparison: $1 > $2}\n- focus-metavariable: $KEY',
    'patterns:\n- pattern: f($X)\n- metavariable-pattern: {metavariable: $X, patterns: [{pattern: $Y + 1}, {metavariable-regex: {metavariable: $X, regex: a}}]}\n- metavariable-regex: {metavariable: $Y, regex: a}',
  ])('%j binds all it asks about', (lines) => {
    expect(warningsOf(read(head + lines))).toEqual([]);
  });
});
