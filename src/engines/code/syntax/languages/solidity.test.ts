import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { solidity } from './solidity.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(solidity);
});
afterAll(() => table.close());

describe('code in Solidity', () => {
  it.each([
    [
      'abstract contract X is Y { uint256 public constant a = 1; }',
      'class(modifiers:abstract name:X parents:Y body:class_body(variable(type:uint256 modifiers:public modifiers:constant target:a value:1)))',
    ],
    [
      'library L { function h(uint q) internal pure { q++; } }',
      'class(library name:L body:class_body(function(name:h parameters:parameters(parameter(type:uint name:q)) modifiers:internal modifiers:pure body:block(expression_statement(update_expression(q ++))))))',
    ],
    [
      'function f() { (bool s, ) = y.call{value: 1}(""); }',
      'function(name:f parameters:parameters() body:block(variable(target:variable_declaration_tuple(variable(type:bool target:s)) value:call(callee:struct_expression(object:member(object:y property:call) pair(key:value value:1)) arguments:arguments("")))))',
    ],
    [
      'function f() { if (x > 1) return 1; else if (y) { } }',
      'function(name:f parameters:parameters() body:block(if(condition:binary(left:x operator:> right:1) body:block(return(value:1)) alternative:if(condition:y body:block()))))',
    ],
    [
      'function f() { unchecked { x--; } revert(); revert("a"); revert E(1); }',
      'function(name:f parameters:parameters() body:block(unchecked_statement(body:block(expression_statement(update_expression(x --)))) call(callee:revert arguments:arguments()) call(callee:revert arguments:arguments("a")) call(callee:call(revert arguments:arguments(E)) arguments:arguments(1))))',
    ],
    [
      'function f() { g(!a.b.c(n), (!a).d); }',
      'function(name:f parameters:parameters() body:block(expression_statement(call(callee:g arguments:arguments(unary(operator:! value:call(callee:member(object:member(object:a property:b) property:c) arguments:arguments(n))) member(object:unary(operator:! value:a) property:d))))))',
    ],
    ['event E(uint indexed a);', 'function(name:E parameters:parameters(parameter(type:uint optional:indexed name:a)))'],
    [
      'contract X { constructor(address a) Y(a) payable { b[a] += 1; } }',
      'class(name:X body:class_body(function(name:constructor parameters:parameters(parameter(type:address name:a)) modifiers:decorator(name:Y arguments:arguments(a)) modifiers:payable body:block(expression_statement(assignment(target:index(object:b index:a) operator:+= value:1))))))',
    ],
    [
      'function f() { assembly { let r := delegatecall(gas(), x) } }',
      'function(name:f parameters:parameters() body:block(assembly_statement(variable(target:r value:call(callee:delegatecall arguments:arguments(call(callee:gas arguments:arguments()) x))))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Solidity', () => {
  it.each([
    [
      'contract $C is ..., Z, ... { ... }',
      'class(name:<metavariable $C> parents:<ellipsis> parents:Z parents:<ellipsis> body:class_body(<ellipsis>))',
    ],
    [
      'function $F(..., bytes $X, ...) public { ... }',
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(type:bytes name:<metavariable $X>) <ellipsis>) modifiers:public body:block(<ellipsis>))',
    ],
    [
      '$X.call{value: $V}(...)',
      'call(callee:struct_expression(object:member(object:<metavariable $X> property:call) pair(key:value value:<metavariable $V>)) arguments:arguments(<ellipsis>))',
    ],
    ['$TYPE $X;', 'variable(type:<metavariable $TYPE> target:<metavariable $X>)'],
    ['emit $E(...);', 'emit_statement(callee:<metavariable $E> arguments:arguments(<ellipsis>))'],
    ['address($X)', 'type_cast_expression(callee:address arguments:arguments(<metavariable $X>))'],
    [
      'modifier $M(...) { ... }',
      'function(modifiers:modifier name:<metavariable $M> parameters:parameters(<ellipsis>) body:block(<ellipsis>))',
    ],
    ['function $F() { ... }', 'function(name:<metavariable $F> parameters:parameters() body:block(<ellipsis>))'],
    ['function $F(...) public returns (bool);', 'function(name:<metavariable $F> parameters:parameters(<ellipsis>) modifiers:public)'],
    ['for (...) { ... }', 'for_statement(left:<ellipsis> body:block(<ellipsis>))'],
    ['pragma solidity $V;', 'pragma_directive(solidity_pragma_token(solidity value:<metavariable $V>))'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Solidity', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('function f() { g("a", hex"00"); }')).toEqual(['a']);
  });
});
