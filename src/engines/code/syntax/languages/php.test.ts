import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { readPattern } from '../../match/pattern-text.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { php } from './php.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(php);
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
  const pattern = readPattern(source, php, parser.parse);
  if ('problem' in pattern) return [pattern.problem];
  return pattern.roots.map((row) => outline(pattern.tree, row, pattern.marks));
};

describe('shapes of PHP', () => {
  it.each([
    [
      '<?php $a->b(1, k: 2); A\\B::c($x);',
      'expression_statement(call(callee:member(object:$a property:b) arguments:arguments(1 keyword_argument(name:k value:2))))\nexpression_statement(call(callee:member(object:A\\B property:c) arguments:arguments($x)))',
    ],
    ["<?php $x = ['k' => 1, 2];", "expression_statement(assignment(target:$x value:list(pair(key:'k' value:1) 2)))"],
    [
      '<?php if ($a) f(); elseif ($b) { } else g();',
      'if(condition:$a body:block(expression_statement(call(callee:f arguments:arguments()))) alternative:if(condition:$b body:block() alternative:block(expression_statement(call(callee:g arguments:arguments())))))',
    ],
    [
      '<?php final class A extends B implements C { private static $x = 1, $y; }',
      'class(modifiers:final name:A parents:base_clause(B) parents:C body:class_body(variable(modifiers:private modifiers:static target:$x value:1) variable(modifiers:private modifiers:static target:$y)))',
    ],
    [
      '<?php $f = fn(int $x = 1) => "a{$x}";',
      'expression_statement(assignment(target:$f value:function(parameters:parameters(parameter(type:int name:$x value:1)) body:string(a $x))))',
    ],
    ['<?php new A; echo 1, 2;', 'expression_statement(construction(callee:A arguments:arguments()))\necho_statement(1 2)'],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('patterns of PHP', () => {
  it.each([
    [
      '$X->f(..., $Y)',
      ['value:call(callee:member(object:<metavariable $X> property:f) arguments:arguments(<ellipsis> <metavariable $Y>))'],
    ],
    ['$_GET[...]', ['value:index(object:$_GET index:<ellipsis>)']],
    ["[..., 'k' => $V, ...]", ["value:list(<ellipsis> pair(key:'k' value:<metavariable $V>) <ellipsis>)"]],
    ['function $F(...) { ... }', ['function(name:<metavariable $F> parameters:parameters(<ellipsis>) body:block(<ellipsis>))']],
    [
      '$X = 1;\n...\nf($X);',
      [
        'expression_statement(assignment(target:<metavariable $X> value:1))',
        '<ellipsis>',
        'expression_statement(call(callee:f arguments:arguments(<metavariable $X>)))',
      ],
    ],
    ['echo $...ARGS;', ['echo_statement(<ellipsis_metavariable $...ARGS>)']],
  ])('%s', (source, expected) => {
    expect(readAsPattern(source)).toEqual(expected);
  });
});

describe('strings of PHP', () => {
  it('finds what is between the quotes', () => {
    const tree = parser.parse('<?php f(\'a\', "b $c", <<<E\ntext\nE);');
    const contents = rowsOf(tree, 'string').map((row) => php.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['a', 'b $c', 'text']);
    expect(contents.map((content) => content?.isInterpolated)).toEqual([false, true, false]);
  });
});

it('knows what imports of PHP make known', () => {
  const tree = parser.parse('<?php use A\\B, C\\D as E; use F\\{G, H as I}; use function J\\k;');
  expect(rowsOf(tree, 'import').flatMap((row) => php.imports?.(tree, row) ?? [])).toEqual([
    { local: 'B', path: ['A\\B'] },
    { local: 'E', path: ['C\\D'] },
    { local: 'G', path: ['F\\G'] },
    { local: 'I', path: ['F\\H'] },
    { local: 'k', path: ['J\\k'] },
  ]);
});
