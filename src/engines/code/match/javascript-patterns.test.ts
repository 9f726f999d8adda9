import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../test/support/pattern-finder.ts';
import { javascript } from '../syntax/languages/javascript.ts';

let finder: PatternFinder;
beforeAll(async () => {
  finder = await openFinder(javascript);
});
afterAll(() => finder.close());

describe('imports of JavaScript', () => {
  const statements = [
    "import 'm'",
    "import d from 'm'",
    "import * as n from 'm'",
    "import { c, a } from 'm'",
    "import { a as b } from 'm/sub'",
    "import { default as q } from 'm'",
    "import e from 'mx'",
    "const { a } = require('m')",
    "const r = require('m')",
    "const s = require('m/sub')",
  ];
  it.each([
    ["import 'm'", [0, 1, 2, 3, 4, 5, 7, 8]],
    ["import $X from 'm'", [1, 5]],
    ["import * as $X from 'm'", [2]],
    ["import { a } from 'm'", [3, 4, 7]],
    ["import { a, c } from 'm'", [3]],
    ["import { a as $X } from 'm'", [4]],
    ["import { ..., $X, ... } from 'm'", [1, 3, 4, 5, 7]],
    ['import $X from "..."', [1, 5, 6]],
    ['import $X from "=~/^mx/"', [6]],
  ])('%s', (pattern, expected) => {
    const found = new Set(finder.find(pattern, `${statements.join(';\n')};\n`));
    expect([...found]).toEqual(expected.map((index) => statements[index]));
  });
  it('the path is no string of the program', () => {
    expect(finder.find('"..."', "import a from 'm';\nf('x');")).toEqual(["'x'"]);
  });
  it('a part of an imported name is the same wherever it is meant', () => {
    const text = "import { A, B } from 'm';\nnew A(B.c);\nnew A(D.c);";
    expect(finder.find('new $M.A($M.B.c)', text)).toEqual(['new A(B.c)']);
  });
});

describe('strings of JavaScript', () => {
  const text = 'x = [`<b>${a}`, `${a}</b>`, `<i>${a}</i>`, `<u>`, "<p>"];';
  it.each([
    ['`$H${$V}...`', ['`<b>${a}`', '`<i>${a}</i>`']],
    ['`...${$V}$H`', ['`${a}</b>`', '`<i>${a}</i>`']],
    ['`...`', ['`<b>${a}`', '`${a}</b>`', '`<i>${a}</i>`', '`<u>`']],
    ['"=~/<b>/"', ['<b>']],
  ])('%s', (pattern, expected) => {
    expect(finder.find(pattern, text)).toEqual(expected);
  });
});

describe('functions of JavaScript', () => {
  const text = 'f(function a() {});\nf(() => 1);\no = { m: () => 2, n: 3, k() {} };\nclass A { g = () => 4; }\nfunction b() {}';
  it('are the same with a name of their own, with an arrow, or neither', () => {
    const expected = ['f(function a() {})', 'f(() => 1)'];
    expect(finder.find('f(function (...) {...})', text)).toEqual(expected);
    expect(finder.find('f(function $NAME(...) {...})', text)).toEqual(expected);
  });
  it('are methods where they are the value of a property or a field', () => {
    expect(finder.find('function $F(...) {...}', text)).toEqual(['m: () => 2', 'k() {}', 'g = () => 4', 'function b() {}']);
    expect(finder.find('(...) => {...}', text)).toEqual(['function a() {}', '() => 1']);
    expect(finder.find('({ $K: $V })', text)).toEqual(['{ m: () => 2, n: 3, k() {} }']);
  });
});

describe('members that may be missing', () => {
  const text = 'a.b();\na?.b();\na.b?.();';
  it.each([
    ['a.b()', ['a.b()', 'a.b?.()']],
    ['a?.b()', ['a?.b()']],
    ['$X.b()', ['a.b()', 'a?.b()', 'a.b?.()']],
  ])('%s', (pattern, expected) => {
    expect(finder.find(pattern, text)).toEqual(expected);
  });
});

describe('names and what they stand for', () => {
  it('a cast is what is cast to a pattern without one', () => {
    const text = 'f(a as any); f(a!); f(a);';
    expect(finder.find('f(a)', text)).toEqual(['f(a as any)', 'f(a)']);
    expect(finder.find('f($X as any)', text)).toEqual(['f(a as any)']);
  });
  it('a name declared anew is another one', () => {
    const text = 'const a = {};\nuse(a);\nconst a = 1;\nuse(a);';
    expect(finder.find('$X = {...};\n...\nuse($X);', text)).toEqual(['const a = {};\nuse(a);']);
  });
  it('regular expressions and null are constants, too', () => {
    const text = 'const r = /a+/, n = null;\nf(r); f(n);';
    expect(finder.bound('f(/$R/)', text, '$R')).toEqual(['a+']);
    expect(finder.find('f(null)', text)).toEqual(['f(n)']);
  });
  it('what a string metavariable stands for is where the string is', () => {
    const text = "const s = 'x';\nf(s);";
    expect(finder.places("f('$S')", text, '$S')).toEqual([text.indexOf('x')]);
  });
  it('a definition starts with its name where the pattern is an expression', () => {
    expect(finder.find('$X = 1', 'let a = 1;')).toEqual(['a = 1']);
    expect(finder.find('let $X = 1', 'let a = 1;')).toEqual(['let a = 1']);
  });
  it('types are read in files without their extension, and every number is one kind', () => {
    expect(finder.find('f($X)', 'const a = f<string>(b);')).toEqual(['f<string>(b)']);
    expect(finder.find('f(($X: float))', 'f(1); f("a");')).toEqual(['f(1)']);
  });
});
