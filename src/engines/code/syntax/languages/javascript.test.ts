import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import type { Language } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree, textOf } from '../tree.ts';
import { javascript } from './javascript.ts';
import { tsx, typescript } from './typescript.ts';

type Parser = Awaited<ReturnType<typeof openParser>>;
const parsers = new Map<Language, Parser>();
beforeAll(async () => {
  for (const language of [javascript, typescript, tsx]) parsers.set(language, await openParser(language));
});
afterAll(() => {
  for (const { close } of parsers.values()) close();
});

const treeOf = (text: string, language: Language = javascript): SyntaxTree => {
  const parser = parsers.get(language);
  if (parser === undefined) throw new Error(`no parser for ${language.id}`);
  return parser.parse(text);
};
const read = (text: string, language: Language = javascript): string => {
  const tree = treeOf(text, language);
  return childrenOf(tree, 0)
    .map((row) => outline(tree, row))
    .join('\n');
};
const textsOf = (tree: SyntaxTree, shape: keyof typeof shapeCode): string[] =>
  Array.from(tree.shape.keys()).flatMap((row) => (tree.shape[row] === shapeCode[shape] ? [textOf(tree, row)] : []));

describe('what all three grammars read alike', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'a?.b[0]?.(c, ...d);',
      'expression_statement(call(callee:index(object:member(object:a operator:?. property:b) index:0) arguments:arguments(c spread(... d))))',
    ],
    ['new A.B(1);', 'expression_statement(construction(callee:member(object:A property:B) arguments:arguments(1)))'],
    ['x = (a, 1);', 'expression_statement(assignment(target:x value:sequence_expression(a 1)))'],
    ['x += 1;', 'expression_statement(assignment(target:x operator:+= value:1))'],
    [
      'typeof a === "b" && !c;',
      'expression_statement(binary(left:binary(left:unary(operator:typeof value:a) operator:=== right:"b") operator:&& right:unary(operator:! value:c)))',
    ],
    [
      "x = { a, 'b': 1, ...c };",
      "expression_statement(assignment(target:x value:record(pair(key:a value:a) pair(key:'b' value:1) spread(... c))))",
    ],
    [
      'if (a) b; else if (c) { d; }',
      'if(condition:a body:block(expression_statement(b)) alternative:if(condition:c body:block(expression_statement(d))))',
    ],
    [
      'for (const a of b) c;',
      'for_statement(condition:for_in_statement.other(modifiers:const target:a operator:of value:b) body:block(expression_statement(c)))',
    ],
    ['const { a, b: c } = d;', 'variable(modifiers:const target:record(pair(key:a value:a) pair(key:b value:c)) value:d)'],
    ['var a;', 'variable(target:a)'],
    ['let a = 1, b;', 'variable(modifiers:let target:a value:1)\nvariable(modifiers:let target:b)'],
    ['export const a = 1;', 'variable(modifiers:export modifiers:const target:a value:1)'],
    ['export default class A { }', 'class(modifiers:export modifiers:default name:A body:class_body())'],
    ['export default 1;', 'export_statement(modifiers:export modifiers:default value:1)'],
    [
      'async function* f() { return 1; }',
      'function(modifiers:async modifiers:* name:f parameters:parameters() body:block(return(value:1)))',
    ],
    [
      'switch (a) { case 1: b; default: c; }',
      'switch_statement(value:a body:switch_body(switch_case(condition:1 expression_statement(b)) switch_default(expression_statement(c))))',
    ],
    ['x = `a${b}`;', 'expression_statement(assignment(target:x value:string(a template_substitution(value:b))))'],
  ];
  it.each(cases)('%s', (text, expected) => {
    for (const language of [javascript, typescript, tsx]) expect(read(text, language)).toBe(expected);
  });
  it('a parameter is one, with or without brackets around it', () => {
    const expected = 'expression_statement(function(parameters:parameters(parameter(name:a)) body:1))';
    for (const language of [javascript, typescript, tsx]) {
      expect(read('a => 1;', language)).toBe(expected);
      expect(read('(a) => 1;', language)).toBe(expected);
    }
  });
  it('parameters with defaults, patterns and rests', () => {
    const expected =
      'function(name:f parameters:parameters(parameter(name:a value:1) parameter(name:record(pair(key:b value:b))) parameter(name:spread(... c))) body:block())';
    for (const language of [javascript, typescript, tsx]) expect(read('function f(a = 1, { b }, ...c) {}', language)).toBe(expected);
  });
  it('decorators belong to the member they stand before', () => {
    const text = 'class A extends B { @a @b(1) m() {} static x = 1; }';
    for (const language of [javascript, typescript, tsx]) {
      const tree = treeOf(text, language);
      const [method = 0] = Array.from(tree.shape.keys()).filter((row) => tree.shape[row] === shapeCode.function);
      expect(outline(tree, method)).toBe(
        'function(decorators:decorator(a) decorators:decorator(call(callee:b arguments:arguments(1))) name:m parameters:parameters() body:block())',
      );
      expect(textOf(tree, method)).toBe('@a @b(1) m() {}');
      expect(outline(tree, tree.shape.indexOf(shapeCode.variable))).toBe('variable(modifiers:static target:x value:1)');
    }
  });
});

describe('ranges of declarations', () => {
  it('are without the semicolon and without export; the second of two starts with the first', () => {
    expect(textsOf(treeOf('export let a = 1, b = 2;'), 'variable')).toEqual(['export let a = 1', 'export let a = 1, b = 2']);
    expect(textsOf(treeOf('export const a = 1;'), 'variable')).toEqual(['const a = 1']);
    expect(textsOf(treeOf('var a = 1;'), 'variable')).toEqual(['var a = 1']);
    expect(textsOf(treeOf('@a export class B {}', typescript), 'class')).toEqual(['@a export class B {}']);
  });
});

describe('JSX', () => {
  it('an element is its name, a record of attributes and its children', () => {
    const expected =
      'expression_statement(jsx_opening_element(name:A optional:record(pair(key:b value:"1") spread(... c)) optional:list(jsx_opening_element(name:D)  text  e)))';
    for (const language of [javascript, tsx]) expect(read('<A b="1" {...c}>\n  <D/> text {e}\n</A>;', language)).toBe(expected);
  });
});

describe('regular expressions', () => {
  it('are their pattern, and flags that a rule need not name', () => {
    for (const language of [javascript, typescript, tsx])
      expect(read('/a+[/]/gi;', language)).toBe('expression_statement(regex(value:a+[/] optional:gi))');
  });
});

describe('patterns that a file would read as something else', () => {
  const readAs = (source: string, language: Language): string | undefined => {
    for (const { name, before, after, pick } of language.frames) {
      const tree = treeOf(before + source + after, language);
      if (!tree.hasErrors && pick(tree).node >= 0) return name;
    }
    return undefined;
  };
  it.each([
    ['{ a: 1 }', 'record'],
    ['{ a }', 'record'],
    ['a: 1', 'pair'],
    ['a', 'expression'],
    ['a();', 'program'],
    ['function (a) { }', 'expression'],
    ['return a', 'program'],
    ['m(a) { }', 'members'],
    ['catch (e) { }', 'catch'],
    ['case 1: a', 'case'],
  ])('%s is a %s', (source, name) => {
    for (const language of [javascript, typescript, tsx]) expect(readAs(source, language)).toBe(name);
  });
});

describe('strings', () => {
  it.each([
    ["'a\\'b'", "a\\'b", false],
    ['`a`', 'a', false],
    ['`a${b}`', 'a${b}', true],
    ['""', '', false],
  ])('%s', (text, content, isInterpolated) => {
    const tree = treeOf(`x = ${text}`);
    expect(javascript.stringContent(tree, tree.shape.indexOf(shapeCode.string))).toMatchObject({ text: content, isInterpolated });
  });
});

describe('imports', () => {
  const imported = (text: string, language: Language): string[] => {
    const tree = treeOf(text, language);
    return Array.from(tree.shape.keys())
      .filter((row) => tree.shape[row] === shapeCode.import || tree.shape[row] === shapeCode.variable)
      .flatMap((row) => language.imports?.(tree, row) ?? [])
      .map(({ local, path }) => `${local} = ${path.join(' ')}`);
  };
  it.each([
    ["import a, { b as c, default as d } from 'm';", ['a = m', 'c = m b', 'd = m']],
    ["import * as a from './m';", ['a = ./m']],
    ["import 'm';", []],
    ["const a = require('m');", ['a = m']],
    ["const { a: b, c } = require('m').d;", ['b = m d a', 'c = m d c']],
    ["const { a } = await import('m');", ['a = m a']],
    ['const a = require(b);', []],
    ["const a = load('m');", []],
  ])('%s', (text, expected) => {
    for (const language of [javascript, typescript, tsx]) expect(imported(text, language)).toEqual(expected);
  });
  it('TypeScript’s own form', () => {
    expect(imported("import a = require('m');", typescript)).toEqual(['a = m']);
  });
});

describe('TypeScript', () => {
  it.each([
    [
      'function f(a: string, b?: c.D): void {}',
      'function(name:f parameters:parameters(parameter(name:a type:string) parameter(name:b type:member(object:c property:D))) returnType:void body:block())',
    ],
    ['let a: string = b as any;', 'variable(modifiers:let target:a type:string value:cast(value:b type:any))'],
    [
      'a!.b<string>(c!);',
      'expression_statement(call(callee:member(object:non_null_expression(value:a) property:b) typeArguments:type_arguments(string) arguments:arguments(non_null_expression(value:c))))',
    ],
    ['declare function f(): void;', 'function(modifiers:declare name:f parameters:parameters() returnType:void)'],
    [
      'abstract class A extends B<C> implements D {}',
      'class(modifiers:abstract name:A parents:extends_clause(value:B typeArguments:type_arguments(C)) parents:implements_clause(D) body:class_body())',
    ],
    [
      'interface A extends B { c: string }',
      'class(interface name:A parents:extends_type_clause(B) body:class_body(variable(target:c type:string)))',
    ],
    [
      'class A { constructor(@B() private c: D) {} }',
      'class(name:A body:class_body(function(name:constructor parameters:parameters(parameter(decorators:decorator(call(callee:B arguments:arguments())) modifiers:private name:c type:D)) body:block())))',
    ],
  ])('%s', (text, expected) => {
    for (const language of [typescript, tsx]) expect(read(text, language)).toBe(expected);
  });
  it('a cast in angle brackets is one in files without JSX', () => {
    expect(read('<any>a;', typescript)).toBe('expression_statement(cast(type:type_arguments(any) value:a))');
  });
});
