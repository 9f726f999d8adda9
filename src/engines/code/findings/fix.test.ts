import { describe, expect, test } from 'vitest';
import { expressionRule } from '../../../../test/support/expression-rules.ts';
import type { RuleFix } from '../rule/code-rule.ts';
import { maxFixLength } from '../rule/message.ts';
import { createFixer } from './fix.ts';

const text = 'if x:\n    zz = nest(3)\n';
const start = text.indexOf('nest');
const end = start + 'nest(3)'.length;
const bindings = new Map([['$X', { start: start + 5, end: start + 6, text: '3' }]]);

const fixed = (fix: RuleFix): string | undefined =>
  createFixer()({ rule: { ...expressionRule('a', 'x'), fix }, start, end, bindings }, text)?.replacement;

describe('what takes the place of a match', () => {
  test('a text, without the blanks and line ends YAML left around it', () => {
    expect(fixed({ kind: 'text', replacement: '\n  flat($X)\n  \n' })).toBe('flat(3)');
  });

  test('of several lines each begins where the match does', () => {
    expect(fixed({ kind: 'text', replacement: 'one($X)\ntwo($X)\n' })).toBe('one(3)\n         two(3)');
  });

  test('what an expression finds in the match, its groups put in, metavariables left alone', () => {
    expect(fixed({ kind: 'regex', regex: '(\\w+)\\((.*)\\)', replacement: '\\2.\\1($X)' })).toBe('3.nest($X)');
  });

  test('nothing that is longer than anybody reads, indentation included', () => {
    const long = 'x'.repeat(maxFixLength);
    expect(fixed({ kind: 'text', replacement: long })).toBe(long);
    expect(fixed({ kind: 'text', replacement: `${long}x` })).toBeUndefined();
    expect(fixed({ kind: 'text', replacement: `x${'\n'.repeat(maxFixLength / 4)}x` })).toBeUndefined();
    expect(fixed({ kind: 'regex', regex: 'nest', replacement: long })).toBeUndefined();
  });

  test('an expression that finds nothing changes nothing', () => {
    expect(fixed({ kind: 'regex', regex: 'absent', replacement: 'x' })).toBeUndefined();
  });
});
