import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { readPattern } from '../../match/pattern-text.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { c } from './c.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(c);
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
  const pattern = readPattern(source, c, parser.parse);
  if ('problem' in pattern) return [pattern.problem];
  return pattern.roots.map((row) => outline(pattern.tree, row, pattern.marks));
};

describe('shapes of C', () => {
  it.each([
    [
      'int *f(char **p, int n) { return p->x + (*p).y; }',
      'function(returnType:int name:f parameters:parameters(parameter(type:char name:p) parameter(type:int name:n)) body:block(return(value:binary(left:member(object:unary(value:p) property:x) operator:+ right:member(object:unary(value:p) property:y)))))',
    ],
    ['static const char *s = "a";', 'variable(modifiers:static modifiers:const type:char target:s value:"a")'],
    [
      '#ifdef A\nint x;\n#endif\nstruct s { int a; };',
      'variable(type:int target:x)\nclass(name:s body:class_body(variable(type:int target:a)))',
    ],
    [
      'void f(void) { if (a) g(); else if (b) { } for (int i = 0; i < 1; i++) h("a" "b"); }',
      'function(returnType:void name:f parameters:parameters(parameter(type:void)) body:block(if(condition:a body:block(expression_statement(call(callee:g arguments:arguments()))) alternative:if(condition:b body:block())) for_statement(left:variable(type:int target:i value:0) condition:binary(left:i operator:< right:1) right:unary(value:i operator:++) body:block(expression_statement(call(callee:h arguments:arguments("a" "b")))))))',
    ],
    ['struct s v = { .a = 1 };', 'variable(type:struct s target:v value:list(pair(key:a value:1)))'],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('patterns of C', () => {
  it.each([
    ['free($X)', ['value:call(callee:free arguments:arguments(<metavariable $X>))']],
    [
      'free($X);\n...\n$X->f',
      [
        'expression_statement(call(callee:free arguments:arguments(<metavariable $X>)))',
        '<ellipsis>',
        'expression_statement(member(object:unary(value:<metavariable $X>) property:f))',
      ],
    ],
    ['$T $X[$N];', ['variable(type:<metavariable $T> target:array_declarator(target:<metavariable $X> index:<metavariable $N>))']],
    [
      'int $F(..., char *$P, ...) { ... }',
      [
        'function(returnType:int name:<metavariable $F> parameters:parameters(<ellipsis> parameter(type:char name:<metavariable $P>) <ellipsis>) body:block(<ellipsis>))',
      ],
    ],
    ['f((char *$X), ...)', ['value:call(callee:f arguments:arguments(<typed $X char> <ellipsis>))']],
    [
      'if ($X)\n  goto $L;\n  goto $L;',
      ['if(condition:<metavariable $X> body:block(goto_statement(name:<metavariable $L>)))', 'goto_statement(name:<metavariable $L>)'],
    ],
  ])('%s', (source, expected) => {
    expect(readAsPattern(source)).toEqual(expected);
  });
});

describe('strings of C', () => {
  it('finds what is between the quotes', () => {
    const tree = parser.parse('char *a = "b" L"c"; char *d = "e\\n";');
    const contents = rowsOf(tree, 'string').map((row) => c.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['bc', 'e\\n']);
    expect(contents.map((content) => content?.isInterpolated)).toEqual([false, false]);
  });
});
