import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { clojure } from './clojure.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(clojure);
});
afterAll(() => table.close());

describe('code in Clojure', () => {
  it.each([['(defn f [x] (g x "y"))', 'list_lit(defn f vec_lit(x) list_lit(g x "y"))']])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Clojure', () => {
  it.each([
    ['(defn $F [$X]...)', 'list_lit(defn <metavariable $F> vec_lit(<metavariable $X>) <ellipsis>)'],
    ['(ns ... (:require [a.b :as ...]))\n...', 'list_lit(ns <ellipsis> list_lit(:require vec_lit(a.b :as <ellipsis>)))\n<ellipsis>'],
    ['(f "...")', 'list_lit(f <any_string>)'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Clojure', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('(f "a")')).toEqual(['a']);
  });
});
