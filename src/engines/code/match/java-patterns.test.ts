import { afterAll, describe, expect, it } from 'vitest';
import { openPatternLines } from '../../../../test/support/pattern-lines.ts';

const java = openPatternLines('java', 'A.java');
afterAll(java.close);

describe('statements of Java', () => {
  const text = `class A { void f() {
    try { a(); } catch (E e) { b(); } catch (F e) { c(); }
    try (R r = z()) { a(); } catch (E e) { b(); }
    try { a(); } finally { c(); }
    for (;;) { a(); }
    for (int i = 0; i < 1; i++) { a(); }
  } }`;
  it.each([
    ['try { ... } catch (E $X) { ... }', [2, 3]],
    ['try { ... } finally { ... }', [4]],
    ['for (...) { ... }', [5, 6]],
  ])('%s', async (pattern, lines) => {
    expect(await java.linesOf(pattern, text)).toEqual(lines);
  });
});

describe('types of Java', () => {
  it('of var are those of what it is set to', async () => {
    const text = `class A { void f() {
    var a = "x";
    a.g();
    var b = 1;
    b.g();
  } }`;
    expect(await java.linesOf('(String $X).g()', text)).toEqual([3]);
  });
});

describe('imports of Java', () => {
  it('hold for what is within', async () => {
    const text = 'import a.b.C;\nimport a.bc.D;\nimport static a.b.C.m;\nimport a.b.*;\n';
    expect(await java.linesOf('import a.b;', text)).toEqual([1, 3, 4]);
    expect(await java.linesOf('import a.b.C;', text)).toEqual([1, 3]);
  });
});
