import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { html } from './html.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(html);
});
afterAll(() => table.close());

describe('code in HTML', () => {
  it.each([
    [
      '<a href="x" class=b>t <b>d</b></a><br/>',
      'element(name:a modifiers:keyword_argument(name:href value:"x") modifiers:keyword_argument(name:class value:b) t element(name:b d))\nelement(name:br)',
    ],
    ['<script src="x">f();</script>', 'element(name:script modifiers:keyword_argument(name:src value:"x") f();)'],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in HTML', () => {
  it.each([
    ['<script ...>$...A</script>', 'element(name:script modifiers:<ellipsis> <ellipsis_metavariable $...A>)'],
    ['<a href="$URL">...</a>', 'element(name:a modifiers:keyword_argument(name:href value:<string_metavariable $URL>) <ellipsis>)'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of HTML', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings(`<a b="c" d='e' f=g></a>`)).toEqual(['c', 'e', 'g']);
  });
});
