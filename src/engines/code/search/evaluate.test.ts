import { afterAll, describe, expect, it } from 'vitest';
import { compileRules } from '../compile-rules.ts';
import type { CodeRule } from '../rule/code-rule.ts';
import { type Condition, defaultMatchOptions, type Formula } from '../rule/formula.ts';
import { createSearcher, type Searcher } from '../searcher.ts';
import { createGrammars } from '../syntax/grammar.ts';

const line = 1;
const pattern = (source: string): Formula => ({ kind: 'pattern', source, line });
const regex = (source: string): Formula => ({ kind: 'regex', source, line });
const inside = (of: Formula): Formula => ({ kind: 'inside', of, line });
const not = (of: Formula): Formula => ({ kind: 'not', of, line });
const any = (...of: readonly Formula[]): Formula => ({ kind: 'any', of, line });
const all = (of: readonly Formula[], where: readonly Condition[] = [], focus: readonly (readonly string[])[] = []): Formula => ({
  kind: 'all',
  of,
  where,
  focus,
  line,
});
const nested = (metavariable: string, of: Formula, language?: string): Condition => ({
  kind: 'metavariable-pattern',
  metavariable,
  of,
  ...(language === undefined ? {} : { language }),
  line,
});
const matching = (metavariable: string, source: string, constantPropagation = false): Condition => ({
  kind: 'metavariable-regex',
  metavariable,
  source,
  constantPropagation,
  line,
});
const comparing = (comparison: string, strip = false): Condition => ({ kind: 'metavariable-comparison', comparison, strip, line });

const rule = (formula: Formula, language: string): CodeRule => ({
  id: 'r',
  source: { path: 'r.yaml', line: 1 },
  languages: [language],
  severity: 'high',
  confidence: 'high',
  message: '',
  formula,
  paths: { include: [], exclude: [] },
  options: defaultMatchOptions,
  cwe: [],
  owasp: [],
  references: [],
  tags: [],
  metadata: {},
});

const opened: Searcher[] = [];
afterAll(() => {
  for (const searcher of opened) searcher.close();
});

/** The code at each place the formula holds. */
const found = async (formula: Formula, text: string, language = 'python'): Promise<readonly string[]> => {
  const signal = new AbortController().signal;
  const grammars = createGrammars();
  const { program, unsupported } = await compileRules([rule(formula, language)], grammars, { signal });
  expect(unsupported).toEqual([]);
  const searcher = createSearcher(program, { now: () => Date.UTC(2024, 0, 1) }, grammars);
  opened.push(searcher);
  await searcher.warm(['a.py'], { signal });
  const outcome = searcher.search({ path: 'a.py', text });
  expect(outcome.state).toBe('analysed');
  return outcome.hits.map(({ start, end }) => text.slice(start, end));
};

const functions = `def outer():
    def inner():
        deep()
deep()
`;

describe('formulas on ranges', () => {
  it('keeps the smaller of two patterns, in either order', async () => {
    const text = 'foo(bar)\nbar\n';
    expect(await found(all([pattern('foo($X)'), pattern('bar')]), text)).toEqual(['bar']);
    expect(await found(all([pattern('bar'), pattern('foo($X)')]), text)).toEqual(['bar']);
  });

  it('takes away only equals of a negative pattern', async () => {
    const text = 'foo(bar)\nfoo(baz)\n';
    expect(await found(all([pattern('foo(...)'), not(pattern('foo(bar)'))]), text)).toEqual(['foo(baz)']);
    expect(await found(all([pattern('foo(...)'), not(pattern('bar'))]), text)).toEqual(['foo(bar)', 'foo(baz)']);
    expect(await found(all([pattern('bar'), not(pattern('foo(bar)'))]), text)).toEqual(['bar']);
  });

  it('takes away what lies inside a negative, and what a negative regex touches from within or around', async () => {
    expect(await found(all([pattern('deep()'), not(inside(pattern('def $F(...):\n  ...')))]), functions)).toEqual(['deep()']);
    const text = 'foo(wrap)\nfoo(1)\n';
    expect(await found(all([pattern('foo(...)'), not(regex('wrap'))]), text)).toEqual(['foo(1)']);
    expect(await found(all([pattern('foo(...)'), not(regex('.*1.*'))]), text)).toEqual(['foo(wrap)']);
  });

  it('does not take away what binds otherwise', async () => {
    const text = 'two(a, a)\ntwo(a, b)\n';
    expect(await found(all([pattern('two($X, ...)'), not(pattern('two($X, $X)'))]), text)).toEqual(['two(a, b)']);
  });

  it('reads any metavariable only where the rest holds', async () => {
    expect(await found(all([pattern('$X'), inside(pattern('wrap(...)'))]), 'wrap(b)\nc\n')).toEqual(['wrap', 'wrap(b)', 'b']);
  });

  it('compares captures by name with code, as text', async () => {
    const text = 'foo(bar)\nfoo(baz)\n';
    expect(await found(all([pattern('foo($X)'), regex('foo\\((?P<X>\\w+r)\\)')]), text)).toEqual(['foo(bar)']);
  });

  it('focuses on any of several metavariables, and on each in turn', async () => {
    const text = 'two(a, b)\n';
    expect(await found(all([pattern('two($A, $B)')], [], [['$A', '$B']]), text)).toEqual(['a', 'b']);
    expect(await found(all([pattern('two($A, $B)')], [], [['$A'], ['$B']]), text)).toEqual([]);
    expect(await found(all([inside(pattern('def $F(...):\n  ...')), pattern('deep()')], [], [['$F']]), functions)).toEqual([]);
  });

  it('mixes insides and patterns in one choice', async () => {
    const formula = all([pattern('n($X)'), not(any(pattern('n(1)'), inside(pattern('def $F(...):\n  ...'))))]);
    expect(await found(formula, 'n(1)\nn(2)\ndef f():\n    n(3)\n')).toEqual(['n(2)']);
  });
});

describe('conditions', () => {
  it('matches regexes from the start of the text, quotes and all', async () => {
    const text = 'foo("s1")\nfoo(s1)\n';
    expect(await found(all([pattern('foo($X)')], [matching('$X', 's1')]), text)).toEqual(['foo(s1)']);
    expect(await found(all([pattern('foo($X)')], [matching('$X', '.s1')]), text)).toEqual(['foo("s1")']);
    expect(await found(all([pattern('foo("$X")')], [matching('$X', 's1$')]), text)).toEqual(['foo("s1")']);
  });

  it('follows constants where it is told to', async () => {
    const text = 'K = "value"\nfoo(K)\n';
    expect(await found(all([pattern('foo($X)')], [matching('$X', 'value')]), text)).toEqual([]);
    expect(await found(all([pattern('foo($X)')], [matching('$X', 'value', true)]), text)).toEqual(['foo(K)']);
  });

  it('never holds for what is not bound', async () => {
    expect(await found(all([pattern('foo($X)')], [matching('$Q', '.*')]), 'foo(1)\n')).toEqual([]);
    expect(await found(all([pattern('foo($X)')], [nested('$Q', pattern('1'))]), 'foo(1)\n')).toEqual([]);
  });

  it('compares values: literals, constants, sums, numbers in quotes when stripped', async () => {
    const text = 'K = 12\nn(12)\nn(K)\nn(5 + 7)\nn(0o14)\nn("12")\nn(1)\nn(v)\n';
    expect(await found(all([pattern('n($X)')], [comparing('$X > 10')]), text)).toEqual(['n(12)', 'n(K)', 'n(5 + 7)', 'n(0o14)']);
    expect(await found(all([pattern('n($X)')], [comparing('$X > 10', true)]), text)).toHaveLength(5);
    expect(await found(all([pattern('n($X)')], [comparing("str($X) == 'v'")]), text)).toEqual(['n(v)']);
  });

  it('looks for a nested pattern within a metavariable, and binds with it', async () => {
    const text = 'foo(wrap(a))\nfoo(9 + wrap(b))\nfoo(c)\nwrap(d)\n';
    const formula = all([pattern('foo($X)')], [nested('$X', pattern('wrap($Y)'))], [['$Y']]);
    expect(await found(formula, text)).toEqual(['a', 'b']);
    expect(await found(all([pattern('foo($X)')], [nested('$X', all([not(pattern('wrap(...)'))]))]), text)).toEqual([
      'foo(9 + wrap(b))',
      'foo(c)',
    ]);
  });

  it('agrees with the outer bindings', async () => {
    expect(await found(all([pattern('two($X, $Y)')], [nested('$X', pattern('wrap($Y)'))]), 'two(wrap(a), a)\ntwo(wrap(a), b)\n')).toEqual([
      'two(wrap(a), a)',
    ]);
  });

  it('reads the text of a string in another language, and tells places in the file', async () => {
    const text = 'm("alert(token)")\nm(alert(token))\n';
    const formula = all([pattern('m($X)')], [nested('$X', pattern('alert($Y)'), 'javascript')], [['$Y']]);
    expect(await found(formula, text)).toEqual(['token']);
    expect(await found(all([pattern('m($X)')], [nested('$X', regex('^alert'), 'regex')]), text)).toEqual(['m("alert(token)")']);
  });

  it('matches nested regexes against the text of the metavariable alone', async () => {
    const text = 'm(wrap(a))\nm(x, wrap)\n';
    expect(await found(all([pattern('m($X)')], [nested('$X', regex('^wrap'))]), text)).toEqual(['m(wrap(a))']);
    expect(await found(all([pattern('m($X)')], [nested('$X', regex('m\\('))]), text)).toEqual([]);
  });
});

describe('rules without a syntax', () => {
  it('intersects and subtracts regexes', async () => {
    const text = 'key=AAAexample tail\nthe key=BBBB tail\n';
    expect(await found(all([regex('key=\\w+'), not(regex('example'))]), text, 'regex')).toEqual(['key=BBBB']);
    expect(await found(all([regex('key=\\w+'), inside(regex('the key=\\w+ tail'))]), text, 'regex')).toEqual(['key=BBBB']);
    expect(await found(all([regex('key=(\\w+)')], [matching('$1', 'A')], [['$1']]), text, 'regex')).toEqual(['AAAexample']);
  });
});
