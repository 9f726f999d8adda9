import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { readPattern } from '../../match/pattern-text.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { cpp } from './cpp.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(cpp);
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
  const pattern = readPattern(source, cpp, parser.parse);
  if ('problem' in pattern) return [pattern.problem];
  return pattern.roots.map((row) => outline(pattern.tree, row, pattern.marks));
};

describe('shapes of C++', () => {
  it.each([
    [
      'namespace a { class B : public C { public: B(int x) : y(x) { } virtual int f() const; }; }',
      'namespace_definition(name:a body:block(class(name:B parents:C body:class_body(function(name:B parameters:parameters(parameter(type:int name:x)) optional:field_initializer_list(field_initializer(y arguments(x))) body:block()) function(modifiers:virtual type:int name:f parameters:parameters() modifiers:const)))))',
    ],
    [
      'void f() { auto p = new A(1); std::g(p->h()); for (auto &x : xs) k(x); }',
      'function(returnType:void name:f parameters:parameters() body:block(variable(type:auto target:p value:construction(callee:A arguments:arguments(1))) expression_statement(call(callee:member(object:std property:g) arguments:arguments(call(callee:member(object:p property:h) arguments:arguments())))) for_range_loop(type:auto target:x value:xs body:block(expression_statement(call(callee:k arguments:arguments(x)))))))',
    ],
    [
      'auto l = [&](int x) { return x; };',
      'variable(type:auto target:l value:function(optional:lambda_capture_specifier(lambda_default_capture(&)) parameters:parameters(parameter(type:int name:x)) body:block(return(value:x))))',
    ],
    [
      'template <typename T> T &f(T &x) { return x; }',
      'function(typeParameters:template_parameter_list(< type_parameter_declaration(T) >) returnType:T name:f parameters:parameters(parameter(type:T name:x)) body:block(return(value:x)))',
    ],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('patterns of C++', () => {
  it.each([
    [
      'std::$F(..., $X)',
      ['value:call(callee:member(object:std property:<metavariable $F>) arguments:arguments(<ellipsis> <metavariable $X>))'],
    ],
    ['new $T(...)', ['value:construction(callee:<metavariable $T> arguments:arguments(<ellipsis>))']],
    ['class $C { ... };', ['class(name:<metavariable $C> body:class_body(<ellipsis>))']],
    ['$X->f(...);', ['expression_statement(call(callee:member(object:<metavariable $X> property:f) arguments:arguments(<ellipsis>)))']],
  ])('%s', (source, expected) => {
    expect(readAsPattern(source)).toEqual(expected);
  });
});

describe('strings of C++', () => {
  it('finds what is between the quotes', () => {
    const tree = parser.parse('auto a = R"x(b)x"; auto c = u8"d";');
    const contents = rowsOf(tree, 'string').map((row) => cpp.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['b', 'd']);
    expect(contents.map((content) => content?.isInterpolated)).toEqual([false, false]);
  });
});
