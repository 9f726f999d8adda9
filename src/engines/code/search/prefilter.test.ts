import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeRule } from '../rule/code-rule.ts';
import { defaultMatchOptions, type Formula } from '../rule/formula.ts';
import { createExpressions } from './expressions.ts';
import { createPrefilter } from './prefilter.ts';
import { createTextLookup } from './text-lookup.ts';

const pattern = (source: string): Formula => ({ kind: 'pattern', source, line: 1 });
const regex = (source: string): Formula => ({ kind: 'regex', source, line: 1 });
const all = (...of: readonly Formula[]): Formula => ({ kind: 'all', of, where: [], focus: [], line: 1 });
const any = (...of: readonly Formula[]): Formula => ({ kind: 'any', of, line: 1 });
const not = (of: Formula): Formula => ({ kind: 'not', of, line: 1 });

const rule = (formula: Formula): CodeRule => ({
  id: 'r',
  source: { path: 'r.yaml', line: 1 },
  languages: ['python'],
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

/** Patterns here need the words they are made of. */
const mayHold = (formula: Formula, text: string): boolean =>
  createPrefilter([rule(formula)], {
    expressions: createExpressions({ now: () => 0 }),
    matcherOf: (source) => ({ required: source.match(/\w+/g) ?? [], find: () => [] }),
  })
    .open(text)
    .mayHold(0, 'python');

describe('the prefilter', () => {
  it('asks for every part of `all` and for one of `any`', () => {
    const formula = all(pattern('exec'), any(pattern('shell'), regex('(?i)COMMAND_\\d')));
    expect(['exec shell', 'exec command_1', 'exec', 'shell', 'Exec shell'].map((text) => mayHold(formula, text))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('asks nothing of a negative, nor of a choice with an open end', () => {
    expect(mayHold(all(pattern('exec'), not(pattern('safe'))), 'exec')).toBe(true);
    expect(mayHold(any(pattern('exec'), regex('.')), 'x')).toBe(true);
  });

  it('asks for what a metavariable must be, unless constants are propagated', () => {
    const formula = (constantPropagation: boolean): Formula => ({
      kind: 'all',
      of: [pattern('f')],
      where: [{ kind: 'metavariable-regex', metavariable: '$X', source: 'secret', constantPropagation, line: 1 }],
      focus: [],
      line: 1,
    });
    expect([mayHold(formula(false), 'f'), mayHold(formula(false), 'f secret'), mayHold(formula(true), 'f')]).toEqual([false, true, true]);
  });
});

describe('looking texts up', () => {
  it('answers as `includes` does, with and without case', () => {
    const some = fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'É', '_') });
    fc.assert(
      fc.property(some, some, (text, wanted) => {
        const { holds } = createTextLookup(text);
        expect(holds([[{ text: wanted, ignoreCase: false }]])).toBe(text.includes(wanted));
        const lower = wanted.toLowerCase();
        expect(holds([[{ text: lower, ignoreCase: true }]])).toBe(text.toLowerCase().includes(lower));
      }),
    );
  });
});
