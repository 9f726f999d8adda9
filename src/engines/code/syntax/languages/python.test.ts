import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { python } from './python.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
beforeAll(async () => {
  parser = await openParser(python);
});
afterAll(() => {
  parser.close();
});

/** The statements of a text. */
const read = (text: string): string => {
  const tree = parser.parse(text);
  return childrenOf(tree, 0)
    .map((row) => outline(tree, row))
    .join('\n');
};

const rowOf = (tree: SyntaxTree, shape: keyof typeof shapeCode): number => tree.shape.indexOf(shapeCode[shape]);

describe('expressions', () => {
  it.each([
    ['f(a, b=1, *c, **d)', 'call(callee:f arguments:arguments(a keyword_argument(name:b value:1) spread(* c) spread(** d)))'],
    ['a.b[1].c()', 'call(callee:member(object:index(object:member(object:a property:b) index:1) property:c) arguments:arguments())'],
    ['a[b, c]', 'index(object:a index:tuple(b c))'],
    ['((a))', 'a'],
    ['a and not b', 'binary(left:a operator:and right:unary(value:b))'],
    ['a not in b', 'binary(left:a operator:not in right:b)'],
    ['b if c else d', 'conditional_expression(body:b condition:c alternative:d)'],
    ['lambda x: y', 'function(parameters:parameters(parameter(name:x)) body:y)'],
    ["{'a': 1, **b}", "record(pair(key:'a' value:1) spread(** b))"],
    ['[a, *b]', 'list(a spread(* b))'],
    ['[a for b in c if d]', 'list_comprehension(body:a for_in_clause(target:b value:c) if_clause(d))'],
    ['f(a for b in c)', 'call(callee:f arguments:generator_expression(body:a for_in_clause(target:b value:c)))'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(`expression_statement(${expected})`);
  });
});

describe('assignments', () => {
  it.each([
    ['x: int = 1', 'assignment(target:x type:int value:1)'],
    ['x += 1', 'assignment(target:x operator:+= value:1)'],
    ['a, b = 1, 2', 'assignment(target:tuple(a b) value:tuple(1 2))'],
    ['(a, b) = (1, 2)', 'assignment(target:tuple(a b) value:tuple(1 2))'],
    ['[a, b] = c', 'assignment(target:list(a b) value:c)'],
    ['x = y = z', 'assignment(target:x value:assignment(target:y value:z))'],
    ['(x := 1)', 'assignment(target:x value:1)'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(`expression_statement(${expected})`);
  });
});

describe('definitions', () => {
  it('carry their decorators, modifiers, parameters and types', () => {
    expect(read('@a(1)\n@b\nasync def f(x, y=1, *z, k: int = 2) -> str: return x')).toBe(
      'function(decorators:decorator(callee:a arguments:arguments(1)) decorators:decorator(callee:b) modifiers:async name:f ' +
        'parameters:parameters(parameter(name:x) parameter(name:y value:1) parameter(name:spread(* z)) parameter(name:k type:int value:2)) ' +
        'returnType:str body:block(return(value:x)))',
    );
  });
  it('a decorated one starts with its decorator', () => {
    const tree = parser.parse('@a\nclass B(C, metaclass=D): pass');
    const row = rowOf(tree, 'class');
    expect([tree.start[row], tree.end[row]]).toEqual([0, tree.text.length]);
    expect(outline(tree, row)).toBe(
      'class(decorators:decorator(callee:a) name:B parents:arguments(C keyword_argument(name:metaclass value:D)) body:class_body(pass))',
    );
  });
});

describe('statements', () => {
  it.each([
    ['if a: b\nelif c: d\nelse: e', 'if(condition:a body:block(B) alternative:if(condition:c body:block(D) alternative:block(E)))'],
    ['if a: b\nelse: e', 'if(condition:a body:block(B) alternative:block(E))'],
    ['with a as b, c: d', 'with_statement(value:as_pattern(a name:b) body:block(with_statement(value:c body:block(D))))'],
    ['with (a, b): d', 'with_statement(value:a body:block(with_statement(value:b body:block(D))))'],
    ['for a in b: d\nelse: e', 'for_statement(target:a value:b body:block(D) optional:block(E))'],
    [
      'try: b\nexcept (d, e) as f: g\nfinally: h',
      'try_statement(body:block(B) optional:except_clause(as_pattern(tuple(d e) name:f) block(G)) finally_clause(block(H)))',
    ],
    ['raise a from b', 'raise_statement(a optional:b)'],
    ['def f(): yield from a', 'function(name:f parameters:parameters() body:block(expression_statement(yield_from(a))))'],
  ])('%s', (text, expected) => {
    const written = expected.replaceAll(/\(([A-Z])\)/g, (_, name: string) => `(expression_statement(${name.toLowerCase()}))`);
    expect(read(text)).toBe(written);
  });
  it('an elif is an if that ends where the chain does', () => {
    const tree = parser.parse('if a: b\nelif c: d\nelse: e\n');
    const inner = tree.shape.lastIndexOf(shapeCode.if);
    expect(tree.text.slice(tree.start[inner], tree.end[inner])).toBe('elif c: d\nelse: e');
  });
  it('print and exec of Python 2 are calls', () => {
    expect(read('print "a", b\nexec "c" in d')).toBe(
      'call(callee:print arguments:arguments("a" b))\ncall(callee:exec arguments:arguments("c") optional:d)',
    );
  });
});

describe('strings', () => {
  it.each([
    ["'a'", 'a', false],
    ['r"a\\n"', 'a\\n', false],
    ['b"""a\nb"""', 'a\nb', false],
    ['"a" \'b\' u"c"', 'abc', false],
    ['f"a{b}"', 'a{b}', true],
    ['"" f"{a}"', '{a}', true],
    ['""', '', false],
  ])('%s', (text, content, isInterpolated) => {
    const tree = parser.parse(text);
    expect(python.stringContent(tree, rowOf(tree, 'string'))).toMatchObject({ text: content, isInterpolated });
  });
  it('the content’s offsets are without prefix and quotes', () => {
    const tree = parser.parse('x = rb"abc"');
    const content = python.stringContent(tree, rowOf(tree, 'string'));
    expect(tree.text.slice(content?.start, content?.end)).toBe('abc');
  });
  it('an f-string has its parts, a plain one is a leaf', () => {
    expect(read('f"a{b!r}"')).toBe('expression_statement(string(a interpolation(value:b !r)))');
    expect(read('f"a"')).toBe('expression_statement(f"a")');
  });
});

describe('imports', () => {
  it.each([
    ['import a.b, c as d, e.f as g', ['a = a', 'd = c', 'g = e.f']],
    ['from a.b import c, d as e', ['c = a.b.c', 'e = a.b.d']],
    ['from . import a', ['a = ..a']],
    ['from ..b.c import (d as e)', ['e = ...b.c.d']],
    ['from __future__ import a', ['a = __future__.a']],
    ['from a import *', []],
  ])('%s', (text, expected) => {
    const tree = parser.parse(text);
    const names = python.imports?.(tree, rowOf(tree, 'import')) ?? [];
    expect(names.map(({ local, path }) => `${local} = ${path.join('.')}`)).toEqual(expected);
  });
});
