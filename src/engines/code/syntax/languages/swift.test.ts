import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { swift } from './swift.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(swift);
});
afterAll(() => table.close());

describe('code in Swift', () => {
  it.each([
    [
      '@objc class X: Y { private let a: Int = 1 }',
      'class(decorators:decorator(name:objc) modifiers:class name:X parents:Y body:class_body(variable(modifiers:private modifiers:let target:a type:Int value:1)))',
    ],
    [
      'func f(_ x: Int, with y: String = "z") throws -> T { return x }',
      'function(name:f parameters:parameters(parameter(optional:_ name:x type:Int) parameter(optional:with name:y type:String)) optional:throws returnType:T body:block(return(value:x)))',
    ],
    [
      'a?.b!.f(1, k: 2) { it }',
      'expression_statement(call(callee:member(object:member(object:a property:b) property:f) arguments:arguments(1 keyword_argument(name:k value:2) function(body:block(expression_statement(it))))))',
    ],
    [
      'if x { f() } else { y = nil }',
      'if(condition:x body:block(expression_statement(call(callee:f arguments:arguments()))) alternative:block(expression_statement(assignment(target:y value:nil))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Swift', () => {
  it.each([
    ['f("$V", k: $K)', 'call(callee:f arguments:arguments(<string_metavariable $V> keyword_argument(name:k value:<metavariable $K>)))'],
    [
      'func $F(..., $X: $T, ...) -> $R { ... }',
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(name:<metavariable $X> type:<metavariable $T>) <ellipsis>) returnType:<metavariable $R> body:block(<ellipsis>))',
    ],
    ['class $C: $P { ... }', 'class(modifiers:class name:<metavariable $C> parents:<metavariable $P> body:class_body(<ellipsis>))'],
    ['$P = f()\n...', 'expression_statement(assignment(target:<metavariable $P> value:call(callee:f arguments:arguments())))\n<ellipsis>'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings and imports of Swift', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('f("a", "\\(b)")')).toEqual(['a', '\\(b)']);
  });
  it('knows what imports make known', () => {
    expect(table.imports('import A\nimport B.C')).toEqual(['A = A', 'C = B.C']);
  });
});
