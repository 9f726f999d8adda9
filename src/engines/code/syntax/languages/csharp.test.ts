import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { readPattern } from '../../match/pattern-text.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { csharp } from './csharp.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(csharp);
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

const readAsPattern = (source: string): readonly string[] => {
  const pattern = readPattern(source, csharp, parser.parse);
  if ('problem' in pattern) return [pattern.problem];
  return pattern.roots.map((row) => outline(pattern.tree, row, pattern.marks));
};

describe('shapes of C#', () => {
  it.each([
    [
      'class A { void M() { this.F(1, k: out x); } }',
      'class(name:A body:class_body(function(returnType:void name:M parameters:parameters() body:block(expression_statement(call(callee:member(object:this property:F) arguments:arguments(1 keyword_argument(name:k value:x))))))))',
    ],
    [
      'class A : B, C { [D(1)] private const int x = 1, y; }',
      'class(name:A parents:B parents:C body:class_body(variable(decorators:decorator(name:D arguments:arguments(1)) modifiers:private modifiers:const type:int target:x value:1) variable(decorators:decorator(name:D arguments:arguments(1)) modifiers:private modifiers:const type:int target:y)))',
    ],
    [
      'class A { int M(int x = 1) => x; }',
      'class(name:A body:class_body(function(returnType:int name:M parameters:parameters(parameter(type:int name:x value:1)) body:block(expression_statement(x)))))',
    ],
    [
      'class A { void M() { var x = new B(1) { C = 2 }; x?.F(); if (x) F(); else { } } }',
      'class(name:A body:class_body(function(returnType:void name:M parameters:parameters() body:block(variable(target:x value:construction(callee:B arguments:arguments(1) body:list(assignment(target:C value:2)))) expression_statement(call(callee:member(object:x property:F) arguments:arguments())) if(condition:x body:block(expression_statement(call(callee:F arguments:arguments()))) alternative:block())))))',
    ],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('patterns of C#', () => {
  it.each([
    [
      '$X.F(..., k: 1, ...)',
      [
        'value:call(callee:member(object:<metavariable $X> property:F) arguments:arguments(<ellipsis> keyword_argument(name:k value:1) <ellipsis>))',
      ],
    ],
    [
      '(Foo $X).Bar(...);',
      ['expression_statement(call(callee:member(object:<typed $X Foo> property:Bar) arguments:arguments(<ellipsis>)))'],
    ],
    [
      'public $T $M($X, ...) { ... }',
      [
        'function(modifiers:public returnType:<metavariable $T> name:<metavariable $M> parameters:parameters(parameter(name:<metavariable $X>) <ellipsis>) body:block(<ellipsis>))',
      ],
    ],
    [
      '$X = new A(...);\n...\n$X.F();',
      [
        'expression_statement(assignment(target:<metavariable $X> value:construction(callee:A arguments:arguments(<ellipsis>))))',
        '<ellipsis>',
        'expression_statement(call(callee:member(object:<metavariable $X> property:F) arguments:arguments()))',
      ],
    ],
    [
      '[A(...)]\nclass $C { ... }',
      ['class(decorators:decorator(name:A arguments:arguments(<ellipsis>)) name:<metavariable $C> body:class_body(<ellipsis>))'],
    ],
  ])('%s', (source, expected) => {
    expect(readAsPattern(source)).toEqual(expected);
  });
});

describe('strings of C#', () => {
  it('finds what is between the quotes', () => {
    const tree = parser.parse('class A { string[] a = { "b", @"c", $"d{e}", """f""" }; }');
    const contents = rowsOf(tree, 'string').map((row) => csharp.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['b', 'c', 'd{e}', 'f']);
    expect(contents.map((content) => content?.isInterpolated)).toEqual([false, false, true, false]);
  });
});

it('knows what imports of C# make known', () => {
  const tree = parser.parse('using A.B;\nusing C = D.E;');
  expect(rowsOf(tree, 'import').flatMap((row) => csharp.imports?.(tree, row) ?? [])).toEqual([{ local: 'C', path: ['D', 'E'] }]);
});
