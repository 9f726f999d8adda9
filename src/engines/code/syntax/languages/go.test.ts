import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { go } from './go.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(go);
});
afterAll(() => parser.close());

const read = (source: string): string => {
  const tree = parser.parse(`${source}\n`);
  expect(tree.hasErrors).toBe(false);
  return childrenOf(tree, 0)
    .map((row) => outline(tree, row))
    .join('\n');
};

const rowsOf = (tree: SyntaxTree, shape: keyof typeof shapeCode): number[] =>
  [...tree.shape.keys()].filter((row) => tree.shape[row] === shapeCode[shape]);

describe('assignments of Go', () => {
  it.each([
    ['x = f(1)', 'assignment(target:x value:call(callee:f arguments:arguments(1)))'],
    ['x += 1', 'assignment(target:x operator:+= value:1)'],
    ['x := y', 'variable(target:x operator::= value:y)'],
    ['var x, y int = 1, 2', 'variable(target:x target:y type:int value:expression_list(1 2))'],
    ['const x = 1', 'variable(modifiers:const target:x value:1)'],
    ['var (\n a = 1\n b T\n)', 'variable(target:a value:1)\nvariable(target:b type:T)'],
    ['a, b := f()', 'variable(target:expression_list(a b) operator::= value:call(callee:f arguments:arguments()))'],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('expressions of Go', () => {
  it.each([
    ['a.b.C(d...)', 'call(callee:member(object:member(object:a property:b) property:C) arguments:arguments(spread(d)))'],
    [
      'f(&http.Server{Addr: a, B: 1})',
      'call(callee:f arguments:arguments(unary(operator:& value:construction(callee:member(object:http property:Server) arguments:arguments(pair(key:Addr value:a) pair(key:B value:1))))))',
    ],
    [
      'f(map[string]int{"a": 1}[k])',
      'call(callee:f arguments:arguments(index(object:construction(callee:map_type(key:string value:int) arguments:arguments(pair(key:"a" value:1))) index:k)))',
    ],
    [
      'go func(x int) error { return nil }(1)',
      'go_statement(call(callee:function(parameters:parameters(parameter(name:x type:int)) returnType:error body:block(return(value:nil))) arguments:arguments(1)))',
    ],
  ])('%s', (source, expected) => {
    expect(read(source).replace(/^expression_statement\((.*)\)$/, '$1')).toBe(expected);
  });
});

describe('definitions and statements of Go', () => {
  it('keeps the receiver out of the way', () => {
    expect(read('func (s *S) Run(a, b int, c ...T) (int, error) { }')).toBe(
      'function(optional:parameters(parameter(name:s type:pointer_type(* S))) name:Run parameters:parameters(parameter(name:a name:b type:int) ' +
        'parameter(name:c optional:... type:T)) returnType:parameters(parameter(type:int) parameter(type:error)) body:block())',
    );
  });
  it('reads types as classes of fields', () => {
    expect(read('type A struct { B int `json:"b"`\n *C }')).toBe(
      'class(name:A body:struct_type(class_body(field_declaration(name:B type:int optional:`json:"b"`) field_declaration(* type:C))))',
    );
  });
  it('leaves out what an if sets first, where a pattern does', () => {
    expect(read('if x := f(); x > 1 { g() } else { }')).toBe(
      'if(optional:variable(target:x operator::= value:call(callee:f arguments:arguments())) condition:binary(left:x operator:> right:1) ' +
        'body:block(expression_statement(call(callee:g arguments:arguments()))) alternative:block())',
    );
  });
  it('makes blocks of the statements of a case', () => {
    expect(read('switch x {\ncase 1, 2:\n  f()\ndefault:\n}')).toBe(
      'expression_switch_statement(value:x optional:expression_case(value:expression_list(1 2) body:block(expression_statement(call(callee:f arguments:arguments())))) optional:default_case)'.replace(
        'default_case)',
        'default:)',
      ),
    );
  });
});

describe('strings and imports of Go', () => {
  it('finds the content between the quotes', () => {
    const tree = parser.parse('f("a\\n", `b\n`)\n');
    const contents = rowsOf(tree, 'string').map((row) => go.stringContent(tree, row));
    expect(contents.map((content) => content?.text)).toEqual(['a\\n', 'b\n']);
    expect(contents[1]).toMatchObject({ start: 10, end: 12, isInterpolated: false });
  });
  it('knows packages by their own names, whatever the file calls them', () => {
    const tree = parser.parse(
      'import (\n "net/http"\n h "net/http"\n . "os"\n _ "x/y"\n "a.b/c/v2"\n "gopkg.in/yaml.v3"\n)\nimport "fmt"\n',
    );
    expect(rowsOf(tree, 'import').flatMap((row) => go.imports?.(tree, row) ?? [])).toEqual([
      { local: 'http', path: ['http'] },
      { local: 'h', path: ['http'] },
      { local: 'c', path: ['c'] },
      { local: 'yaml', path: ['yaml'] },
      { local: 'fmt', path: ['fmt'] },
    ]);
  });
});
