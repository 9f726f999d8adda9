import { expect, it } from 'vitest';
import { columnsText } from './columns.ts';

const rows = [
  ['a', 'a text that is longer than what is left of the line'],
  ['a-much-longer-name', 'short'],
];
const text = (width: number): readonly string[] =>
  columnsText(['NAME', 'WHAT IT IS'], rows, width, (heading) => heading)
    .trimEnd()
    .split('\n');

it('wraps the last column under itself', () => {
  expect(text(50)).toEqual([
    'NAME                WHAT IT IS',
    'a                   a text that is longer than',
    '                    what is left of the line',
    'a-much-longer-name  short',
  ]);
});

it('puts the last column below its row where it would be too narrow', () => {
  expect(text(32)).toEqual([
    'NAME                WHAT IT IS',
    'a',
    '    a text that is longer than',
    '    what is left of the line',
    'a-much-longer-name',
    '    short',
  ]);
});
