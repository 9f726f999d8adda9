import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { lua } from './lua.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(lua);
});
afterAll(() => table.close());

describe('code in Lua', () => {
  it.each([
    ['local a = require("x")', 'variable(modifiers:local target:a value:call(callee:require arguments:arguments("x")))'],
    [
      'function m.n:o(y) self.x = 1 end',
      'function(name:member(object:member(object:m property:n) property:o) parameters:parameters(y) body:block(assignment(target:member(object:self property:x) value:1)))',
    ],
    [
      'a.b(1)\na:d "x"',
      'expression_statement(call(callee:member(object:a property:b) arguments:arguments(1)))\nexpression_statement(call(callee:member(object:a property:d) arguments:arguments("x")))',
    ],
    ['if x > 1 then return 2 end', 'if(condition:binary(left:x operator:> right:1) body:block(return(value:2)))'],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Lua', () => {
  it.each([
    ['$X.f(..., $Y)', 'call(callee:member(object:<metavariable $X> property:f) arguments:arguments(<ellipsis> <metavariable $Y>))'],
    ['function $F(...) ... end', 'function(name:<metavariable $F> parameters:parameters(<ellipsis>) body:block(<ellipsis>))'],
    ['local $X = "..."', 'variable(modifiers:local target:<metavariable $X> value:<any_string>)'],
    [
      '$X = f(...)\n...\ng($X)',
      'assignment(target:<metavariable $X> value:call(callee:f arguments:arguments(<ellipsis>)))\n<ellipsis>\nexpression_statement(call(callee:g arguments:arguments(<metavariable $X>)))',
    ],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Lua', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('f("a", [[b]])')).toEqual(['a', 'b']);
  });
});
