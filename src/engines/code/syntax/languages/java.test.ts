import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { java } from './java.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(java);
});
afterAll(() => parser.close());

const read = (source: string): string => {
  const tree = parser.parse(source);
  expect(tree.hasErrors).toBe(false);
  return childrenOf(tree, 0)
    .map((row) => outline(tree, row))
    .join('\n');
};

const rowsOf = (tree: SyntaxTree, shape: keyof typeof shapeCode): number[] =>
  [...tree.shape.keys()].filter((row) => tree.shape[row] === shapeCode[shape]);

describe('expressions of Java', () => {
  it.each([
    [
      'a.b.<T>run(x, 1);',
      'call(callee:member(object:member(object:a property:b) typeArguments:type_arguments(T) property:run) arguments:arguments(x 1))',
    ],
    ['run();', 'call(callee:run arguments:arguments())'],
    ['super.run();', 'call(callee:member(object:super property:run) arguments:arguments())'],
    ['(a)[0];', 'index(object:a index:0)'],
    [
      'x = new a.B<C>(1) { int y; };',
      'assignment(target:x value:construction(callee:type(name:member(object:a property:B) typeArguments:type_arguments(C)) arguments:arguments(1) body:class_body(variable(type:int target:y))))',
    ],
    ['x += !y;', 'assignment(target:x operator:+= value:unary(operator:! value:y))'],
    [
      'f(a.class, (T) b, c -> { }, D::e);',
      'call(callee:f arguments:arguments(member(object:a property:class) cast_expression(T value:b) function(parameters:c body:block()) method_reference(D e)))',
    ],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(`expression_statement(${expected})`);
  });
});

describe('declarations of Java', () => {
  it('splits several variables of one type', () => {
    expect(read('final String a = "x", b;')).toBe(
      'variable(modifiers:final type:String target:a value:"x")\nvariable(modifiers:final type:String target:b)',
    );
  });
  it('puts annotations, modifiers and exceptions where patterns may leave them out', () => {
    expect(read('class A { @B @C(d = 1) public static void f(final int x, String... y) throws E { return; } }')).toBe(
      'class(name:A body:class_body(function(decorators:decorator(name:B) decorators:decorator(name:C arguments:arguments(keyword_argument(name:d value:1))) ' +
        'modifiers:public modifiers:static returnType:void name:f parameters:parameters(parameter(modifiers:final type:int name:x) ' +
        'parameter(type:String optional:... name:y)) optional:throws(E) body:block(return))))'.replace('return)', 'return;)'),
    );
  });
  it('tells what a class extends from what it implements', () => {
    expect(read('class A<T> extends B implements C, D { A() { this(1); } }')).toBe(
      'class(name:A typeParameters:type_parameters(T) parents:superclass(B) parents:C parents:D ' +
        'body:class_body(function(name:A parameters:parameters() body:block(call(callee:this arguments:arguments(1))))))',
    );
  });
});

describe('statements of Java', () => {
  it('makes blocks of the lone statements of a branch', () => {
    expect(read('if (a) f(); else if (b) { } else g();')).toBe(
      'if(condition:a body:block(expression_statement(call(callee:f arguments:arguments()))) alternative:if(condition:b body:block() ' +
        'alternative:block(expression_statement(call(callee:g arguments:arguments())))))',
    );
  });
  it('reads resources as variables', () => {
    expect(read('try (A x = f(); y) { } catch (B | C e) { } finally { }')).toBe(
      'try_statement(optional:arguments(variable(type:A target:x value:call(callee:f arguments:arguments())) y) body:block() ' +
        'optional:catch_clause(parameter(type:type(B | C) name:e) body:block()) finally_clause(block()))',
    );
  });
});

describe('strings and imports of Java', () => {
  it('finds the content between the quotes', () => {
    const tree = parser.parse('f("a\\n", "", """\n  b""");');
    const contents = rowsOf(tree, 'string').map((row) => java.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['a\\n', '', '\n  b']);
    expect(contents[0]).toMatchObject({ start: 3, end: 6, isInterpolated: false });
  });
  it('knows what imports make known', () => {
    const tree = parser.parse('import a.b.C;\nimport static a.D.run;\nimport a.e.*;\nclass X { }');
    expect(rowsOf(tree, 'import').flatMap((row) => java.imports?.(tree, row) ?? [])).toEqual([
      { local: 'C', path: ['a', 'b', 'C'] },
      { local: 'run', path: ['a', 'D', 'run'] },
    ]);
  });
});
