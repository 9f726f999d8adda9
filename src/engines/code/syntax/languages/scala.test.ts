import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { scala } from './scala.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(scala);
});
afterAll(() => table.close());

describe('code in Scala', () => {
  it.each([
    [
      'case class D(a: Int) extends B with C',
      'class(modifiers:case name:D parameters:parameters(parameter(name:a type:Int)) parents:B parents:C)',
    ],
    [
      'object O { private val k: Int = 1 }',
      'class(object name:O body:class_body(variable(modifiers:private modifiers:val target:k type:Int value:1)))',
    ],
    [
      'def f(x: Int)(implicit y: C): T = g(a = 1)',
      'function(name:f parameters:parameters(parameter(name:x type:Int) implicit parameter(name:y type:C)) returnType:T body:block(expression_statement(call(callee:g arguments:arguments(keyword_argument(name:a value:1))))))',
    ],
    ['xs map g', 'expression_statement(call(callee:member(object:xs property:map) arguments:arguments(g)))'],
    ['Seq(a) !!', 'expression_statement(member(object:call(callee:Seq arguments:arguments(a)) property:!!))'],
    [
      'f { (x: T) => y }',
      'expression_statement(call(callee:f arguments:arguments(block(expression_statement(function(parameters:parameters(parameter(name:x type:T)) body:block(expression_statement(y))))))))',
    ],
    [
      'f { implicit x: T[A] =>\n  val a = 1\n  g(a)\n}',
      'expression_statement(call(callee:f arguments:arguments(block(expression_statement(function(parameters:parameters(parameter(name:x type:type(name:T typeArguments:type_arguments(A)))) body:block(variable(modifiers:val target:a value:1) expression_statement(call(callee:g arguments:arguments(a))))))))))',
    ],
    [
      's"a $b"\nsql"a $b"',
      'expression_statement(string(name:s string(interpolation(value:b))))\nexpression_statement(interpolated_string_expression(name:sql string(interpolation(value:b))))',
    ],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Scala', () => {
  it.each([
    [
      'def $F(..., $V: $T, ...) = $A { ... }',
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(name:<metavariable $V> type:<metavariable $T>) <ellipsis>) body:block(expression_statement(call(callee:<metavariable $A> arguments:arguments(block(<ellipsis>))))))',
    ],
    ['class $C { ... }', 'class(name:<metavariable $C> body:class_body(<ellipsis>))'],
    ['sql"..."', 'interpolated_string_expression(name:sql <any_string>)'],
    ['$DECL $X = "..."', 'assignment(target:<metavariable $X> value:<any_string>)'],
    ['new $X(...)', 'construction(callee:<metavariable $X> arguments:arguments(<ellipsis>))'],
    ['Seq(...).!!', 'member(object:call(callee:Seq arguments:arguments(<ellipsis>)) property:!!)'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings and imports of Scala', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings('f("a", """b""", s"$c")')).toEqual(['a', 'b', '$c', '$c']);
  });
  it('knows what imports make known', () => {
    expect(table.imports('import a.b.C\nimport a.{D, E => F}\nimport a.b._')).toEqual(['C = a.b.C', 'D = a.D', 'F = a.E']);
  });
});
