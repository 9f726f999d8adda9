import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { kotlin } from './kotlin.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(kotlin);
});
afterAll(() => table.close());

describe('code in Kotlin', () => {
  it.each([
    [
      'class A(val x: Int) : B(x), C { }',
      'class(name:A parameters:parameters(parameter(modifiers:val name:x type:Int)) parents:constructor_invocation(name:B arguments:arguments(x)) parents:C body:class_body())',
    ],
    [
      '@Ann private fun f(x: Int, vararg y: String = "z"): String? = g(a = 1)',
      'function(decorators:decorator(name:Ann) modifiers:private name:f parameters:parameters(parameter(name:x type:Int) parameter(modifiers:vararg name:y type:String)) returnType:nullable_type(String) body:block(expression_statement(call(callee:g arguments:arguments(keyword_argument(name:a value:1))))))',
    ],
    ['private val a: Int = 1', 'variable(modifiers:private modifiers:val target:a type:Int value:1)'],
    [
      'x.f(2) { it }',
      'expression_statement(call(callee:member(object:x property:f) arguments:arguments(2 function(body:block(expression_statement(it))))))',
    ],
    ['a.b[1] += 2', 'expression_statement(assignment(target:index(object:member(object:a property:b) index:1) operator:+= value:2))'],
    [
      'a?.b(1)[2]',
      'expression_statement(index(object:call(callee:member(object:a property:safe_navigation(?. b)) arguments:arguments(1)) index:2))',
    ],
    ['@A(b) val x = [1]', 'variable(decorators:decorator(name:A arguments:arguments(b)) modifiers:val target:x value:list(1))'],
    [
      'if (a == b) f() else return c',
      'if(condition:binary(left:a operator:== right:b) body:block(expression_statement(call(callee:f arguments:arguments()))) alternative:block(return(value:c)))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Kotlin', () => {
  it.each([
    [
      'fun $F(..., $V: $T, ...) { ... }',
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(name:<metavariable $V> type:<metavariable $T>) <ellipsis>) body:block(<ellipsis>))',
    ],
    ['class $C : $D { ... }', 'class(name:<metavariable $C> parents:<metavariable $D> body:class_body(<ellipsis>))'],
    ['val $K : T = $V', 'variable(modifiers:val target:<metavariable $K> type:T value:<metavariable $V>)'],
    ['$X.f { ... }', 'call(callee:member(object:<metavariable $X> property:f) arguments:arguments(function(body:block(<ellipsis>))))'],
    ['($X: T).f()', 'call(callee:member(object:<typed $X T> property:f) arguments:arguments())'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings and imports of Kotlin', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('f("a", "$b", """c""")')).toEqual(['a', '$b', 'c']);
  });
  it('knows what imports make known', () => {
    expect(table.imports('import a.b.C\nimport a.D as E\nimport a.b.*\nfun f() { }')).toEqual(['C = a.b.C', 'E = a.D']);
  });
});
