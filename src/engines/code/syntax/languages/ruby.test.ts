import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { readPattern } from '../../match/pattern-text.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { ruby } from './ruby.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(ruby);
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
  const pattern = readPattern(source, ruby, parser.parse);
  if ('problem' in pattern) return [pattern.problem];
  return pattern.roots.map((row) => outline(pattern.tree, row, pattern.marks));
};

describe('shapes of Ruby', () => {
  it.each([
    ['a.b', 'expression_statement(member(object:a property:b))'],
    [
      'a&.b(1, k: 2, :s => 3)',
      'expression_statement(call(callee:member(object:a property:b) arguments:arguments(1 keyword_argument(name:k value:2) keyword_argument(name:s value:3))))',
    ],
    [
      'a.each { |x| f x }',
      'expression_statement(call(callee:member(object:a property:each) optional:function(parameters:parameters(parameter(name:x)) body:block(expression_statement(call(callee:f arguments:arguments(x))))) arguments:arguments()))',
    ],
    [
      'def f(x, y = 1) = x',
      'function(name:f parameters:parameters(parameter(name:x) parameter(name:y value:1)) body:block(expression_statement(x)))',
    ],
    ['def f; end', 'function(name:f parameters:parameters() body:block())'],
    ['f unless x', 'if(body:block(expression_statement(f)) condition:unary(value:x))'],
    ['return 1, 2', 'return(value:1 value:2)'],
    ['class A::B < C; end', 'class(name:member(object:A property:B) parents:C body:block())'],
    ['a[:k] = %w[x y]', 'expression_statement(assignment(target:index(object:a index::k) value:list(x y)))'],
    ['-> (x) { x }', 'expression_statement(function(parameters:parameters(parameter(name:x)) body:block(expression_statement(x))))'],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('patterns of Ruby', () => {
  it.each([
    [
      '$X.f(..., k: $V, ...)',
      [
        'call(callee:member(object:<metavariable $X> property:f) arguments:arguments(<ellipsis> keyword_argument(name:k value:<metavariable $V>) <ellipsis>))',
      ],
    ],
    ['{..., k: 1, ...}', ['record(<ellipsis> pair(key:k value:1) <ellipsis>)']],
    [
      '$X.each do |$Y|\n  ...\nend',
      [
        'call(callee:member(object:<metavariable $X> property:each) optional:function(parameters:parameters(parameter(name:<metavariable $Y>)) body:block(<ellipsis>)) arguments:arguments())',
      ],
    ],
    ['def $F(...)\n  ...\nend', ['function(name:<metavariable $F> parameters:parameters(<ellipsis>) body:block(<ellipsis>))']],
    [
      '$A = 1\n...\nf $A',
      [
        'expression_statement(assignment(target:<metavariable $A> value:1))',
        '<ellipsis>',
        'expression_statement(call(callee:f arguments:arguments(<metavariable $A>)))',
      ],
    ],
    [':$KEY => false', ['pair(key:<metavariable $KEY> value:false)']],
  ])('%s', (source, expected) => {
    expect(readAsPattern(source)).toEqual(expected);
  });
});

describe('strings of Ruby', () => {
  it('finds what is between the quotes', () => {
    const tree = parser.parse('f(\'a\', "b#{c}", %q(d), <<~E, "x" "y")\n  text\nE\n');
    const contents = rowsOf(tree, 'string').map((row) => ruby.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['a', 'b#{c}', 'd', '  text\n', 'xy', 'x', 'y']);
    expect(contents.map((content) => content?.isInterpolated)).toEqual([false, true, false, false, false, false, false]);
  });
});
