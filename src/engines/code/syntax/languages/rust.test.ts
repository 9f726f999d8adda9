import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { rust } from './rust.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(rust);
});
afterAll(() => table.close());

describe('code in Rust', () => {
  it.each([
    [
      'pub struct S<T> { pub a: u32 }',
      'class(modifiers:pub name:S typeParameters:type_parameters(type_parameter(T)) body:class_body(variable(modifiers:pub target:a type:u32)))',
    ],
    [
      '#[test]\nasync unsafe fn f(mut x: T) -> U { let mut y: V = g(x)?; y }',
      'function(decorators:decorator(name:test) modifiers:async modifiers:unsafe name:f parameters:parameters(parameter(modifiers:mut name:x type:T)) returnType:U body:block(variable(modifiers:mut target:y type:V value:try_expression(call(callee:g arguments:arguments(x)) ?)) expression_statement(y)))',
    ],
    [
      'fn f() { println!("{}", x); }',
      'function(name:f parameters:parameters() body:block(expression_statement(call(callee:println ! arguments:arguments("{}" x)))))',
    ],
    [
      'fn f() { a::b().c::<T>()[0] }',
      'function(name:f parameters:parameters() body:block(expression_statement(index(object:call(callee:member(object:call(callee:member(object:a property:b) arguments:arguments()) property:c typeArguments:type_arguments(T)) arguments:arguments()) index:0))))',
    ],
    [
      'fn f() { if a { 1 } else if b { 2 } }',
      'function(name:f parameters:parameters() body:block(expression_statement(if(condition:a body:block(expression_statement(1)) alternative:if(condition:b body:block(expression_statement(2)))))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Rust', () => {
  it.each([
    ['unsafe { ... }', 'unsafe_block(body:block(<ellipsis>))'],
    [
      'fn $F(..., $X: $T, ...) -> $R { ... }',
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(name:<metavariable $X> type:<metavariable $T>) <ellipsis>) returnType:<metavariable $R> body:block(<ellipsis>))',
    ],
    [
      'a::b(). ... .c(true)',
      'call(callee:member(object:member(object:call(callee:member(object:a property:b) arguments:arguments()) property:<ellipsis>) property:c) arguments:arguments(true))',
    ],
    [
      'let mut $X = <... f(...) ...>;',
      'variable(modifiers:mut target:<metavariable $X> value:<deep>(call(callee:f arguments:arguments(<ellipsis>))))',
    ],
    ['S { a: $X, ... }', 'construction(callee:S arguments:record(pair(key:a value:<metavariable $X>) <ellipsis>))'],
    ['impl $T { ... }', 'impl_item(name:<metavariable $T> body:class_body(<ellipsis>))'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings and imports of Rust', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('fn f() { g("a", b"c", r#"d"#); }')).toEqual(['a', 'c', 'd']);
  });
  it('knows what imports make known', () => {
    expect(table.imports('use a::b;\nuse a::{c, d as e, f::{self, g}};\nuse a::*;\nfn f() {}')).toEqual([
      'b = a.b',
      'c = a.c',
      'e = a.d',
      'f = a.f',
      'g = a.f.g',
    ]);
  });
});
