import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { dart } from './dart.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(dart);
});
afterAll(() => table.close());

describe('code in Dart', () => {
  it.each([
    [
      'final String a = f(1, k: 2);',
      'variable(modifiers:final modifiers:String target:a value:call(callee:f arguments:arguments(1 keyword_argument(name:k value:2))))',
    ],
    [
      'class A extends B { static int b = 1; }',
      'class(name:A parents:B body:class_body(variable(modifiers:static type:int target:b value:1)))',
    ],
    [
      'void f() { a.b(1)[2]?.c = d; }',
      'function_signature(type:void name:f parameters:parameters())\nfunction_body(body:block(expression_statement(assignment(target:member(object:index(object:call(callee:member(object:a property:b) arguments:arguments(1)) index:2) property:c) value:d))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Dart', () => {
  it.each([
    [
      '$X.f(..., k: $Y)',
      'call(callee:member(object:<metavariable $X> property:f) arguments:arguments(<ellipsis> keyword_argument(name:k value:<metavariable $Y>)))',
    ],
    ['final $M = f(...);', 'variable(modifiers:final target:<metavariable $M> value:call(callee:f arguments:arguments(<ellipsis>)))'],
    ['class $C { ... }', 'class(name:<metavariable $C> body:class_body(<ellipsis>))'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Dart', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings(`void f() { g('a', "b"); }`)).toEqual(['a', 'b']);
  });
});
