import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { elixir } from './elixir.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(elixir);
});
afterAll(() => table.close());

describe('code in Elixir', () => {
  it.each([
    [
      'x = Foo.bar(y, key: 1)',
      'expression_statement(assignment(target:x value:call(callee:member(object:Foo property:bar) arguments:arguments(y keyword_argument(name:key: value:1)))))',
    ],
    [
      'def f(x) do\n  -x\nend',
      'expression_statement(call(callee:def arguments:arguments(call(callee:f arguments:arguments(x))) body:block(expression_statement(unary(operator:- value:x)))))',
    ],
    [
      'a |> f(fn b -> b end)',
      'expression_statement(binary(left:a operator:|> right:call(callee:f arguments:arguments(function(stab_clause(parameters:arguments(b) body:block(expression_statement(b))))))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Elixir', () => {
  it.each([
    ['~~~$V', 'unary(operator:~~~ value:<metavariable $V>)'],
    [
      '$E |> Enum.map($F)',
      'binary(left:<metavariable $E> operator:|> right:call(callee:member(object:Enum property:map) arguments:arguments(<metavariable $F>)))',
    ],
    [
      'def $F(...) do\n  ...\nend',
      'call(callee:def arguments:arguments(call(callee:<metavariable $F> arguments:arguments(<ellipsis>))) body:block(<ellipsis>))',
    ],
    [
      '$M.$F(..., k: $V, ...)',
      'call(callee:member(object:<metavariable $M> property:<metavariable $F>) arguments:arguments(<ellipsis> keyword_argument(name:k: value:<metavariable $V>) <ellipsis>))',
    ],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Elixir', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings(`f("a", 'b')`)).toEqual(['a', 'b']);
  });
});
