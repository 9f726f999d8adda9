import { describe, expect, it } from 'vitest';
import { comparisonHolds } from './comparison-evaluate.ts';
import { type ComparisonValue, parseComparison } from './comparison-parse.ts';
import { createExpressions } from './expressions.ts';

const values: Readonly<Record<string, ComparisonValue>> = {
  $INT: { kind: 'int', value: 12 },
  $FLOAT: { kind: 'float', value: 1.5 },
  $TEXT: { kind: 'string', value: 'abc' },
  $QUOTED: { kind: 'string', value: '0o14' },
  $DAY: { kind: 'string', value: '2020-01-31' },
  $FALSE: { kind: 'boolean', value: false },
  $1: { kind: 'string', value: '7' },
};

const holds = (source: string): boolean => {
  const parsed = parseComparison(source);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return comparisonHolds(parsed.comparison, {
    valueOf: (name) => values[name],
    textOf: (name) => (name === '$CALL' ? 'f(x)' : undefined),
    expressions: createExpressions({ now: () => Date.UTC(2024, 0, 1) }),
    onExhausted: () => undefined,
  });
};

describe('comparisons', () => {
  it.each([
    '$INT > 10',
    '$INT == 0xC and $INT == 0o14 and $INT == 0b1100',
    '$INT > 11.5',
    '$INT - 2 * 5 == 2',
    '-$INT < -1',
    '$INT / 5 == 2',
    '$INT // 5 == 2',
    '$INT % 5 == 2',
    '$INT ** 2 == 144',
    '$INT & 4 == 4',
    '1 << 3 | 1 == 9',
    '2 ** 3 ** 2 == 512',
    '(1 + 2) * 3 == 9',
    '1 < $INT <= 12',
    '$INT in [1, 12]',
    '$INT not in (1, 2)',
    '$FLOAT == 1.5',
    "$TEXT == 'abc'",
    "'b' in $TEXT",
    "str($INT) == '12'",
    "str($CALL) == 'f(x)'",
    'int($QUOTED) == 12',
    "re.match('.*c$', $TEXT)",
    'not re.match("b", $TEXT)',
    '$FALSE == False',
    'not $FALSE',
    '$TEXT != 12',
    'strptime($DAY) < today()',
    "strptime('2024-02-01') > today()",
    'int($1) == 7',
    '$INT == 1 or $INT == 12 and not $FALSE',
  ])('%s holds', (source) => {
    expect(holds(source)).toBe(true);
  });

  it.each([
    '$INT > 12',
    '12 < $INT < 20',
    "$TEXT > 'abb'",
    '$TEXT == 12',
    '$UNKNOWN == 1',
    'not $UNKNOWN == 1',
    '$INT == 12 or $UNKNOWN == 1',
    '$INT',
    'int($TEXT) == 0',
    '$INT / 0 == 0',
    "$TEXT + 'd' == 'abcd'",
  ])('%s does not hold', (source) => {
    expect(holds(source)).toBe(false);
  });

  it.each(['', '$X >', '$X > 1)', 'len($X) > 1', 'x == 1', '$X ==== 1', '[1, 2', '`id`', `${'('.repeat(5_000)}1`])(
    'refuses %j',
    (source) => {
      expect(parseComparison(source)).toHaveProperty('problem', expect.stringMatching(/\w/));
    },
  );
});
