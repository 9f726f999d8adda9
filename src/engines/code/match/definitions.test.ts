import { afterAll, describe, expect, it } from 'vitest';
import { openPatternLines } from '../../../../test/support/pattern-lines.ts';

const python = openPatternLines('python', 'a.py');
const java = openPatternLines('java', 'A.java');
const go = openPatternLines('go', 'a.go');
const javascript = openPatternLines('javascript', 'a.js');
afterAll(() => {
  for (const { close } of [python, java, go, javascript]) close();
});

/** The lines where `k` is called with what is known to be `"x"`. */
const pattern = 'k("x")';

const inPython = (...statements: string[]): string => `def f():\n${statements.map((line) => `    ${line}\n`).join('')}`;

describe('values of names in a function', () => {
  it.each([
    ['hold in branches', ['q = "x"', 'if z:', '    k(q)', 'k(q)'], [4, 5]],
    ['end where a branch may change them', ['q = "x"', 'if z:', '    q = y', 'k(q)'], []],
    ['are lost in a loop and after it', ['q = "x"', 'for i in k(q):', '    k(q)', 'k(q)'], [3]],
    ['hold in the loop they are set in', ['for i in z:', '    q = "x"', '    k(q)'], [4]],
    ['are lost where a loop sets them', ['q = "x"', 'for q in z:', '    k(q)'], []],
    ['are lost once a method of theirs is called', ['q = "x"', 'k(q)', 'q.g()', 'k(q)'], [3]],
    ['are lost once a part of them is set', ['q = "x"', 'q[1] = 2', 'k(q)'], []],
    ['are seen by lambdas, not by functions within', ['q = "x"', 'lambda: k(q)', 'def g():', '    k(q)'], [3]],
  ])('%s', async (_, statements, lines) => {
    expect(await python.linesOf(pattern, inPython(...statements))).toEqual(lines);
  });
});

describe('names set once and for all', () => {
  it('are those of a Python file, from where they are set', async () => {
    const text =
      'def f():\n    k(a)\na = "x"\ndef g():\n    for i in z:\n        k(a)\n    k(b)\nb = "x"\nb = "y"\nclass C:\n    c = "x"\n    def m(self):\n        k(c)\n';
    expect(await python.linesOf(pattern, text)).toEqual([6]);
  });
  it('are constants and private fields of Java', async () => {
    const text = `class A {
      private String a = "x";
      String b = "x";
      static final String c = "x";
      void m() {
        while (z) {
          k(a);
          k(b);
          k(c);
        }
      } }`;
    expect(await java.linesOf(pattern, text)).toEqual([7, 9]);
  });
  it('are constants of Go', async () => {
    const text = 'package a\nconst a = "x"\nvar b = "x"\nfunc f() {\n\tfor {\n\t\tk(a)\n\t\tk(b)\n\t}\n}\n';
    expect(await go.linesOf(pattern, text)).toEqual([6]);
  });
  it('are all that JavaScript does not assign anew', async () => {
    const text =
      'function f() {\n  let a = "x";\n  let b = "x";\n  for (;;) {\n    k(a);\n    k(b);\n  }\n  b = "y";\n  function g() {\n    k(a);\n  }\n}\n';
    expect(await javascript.linesOf(pattern, text)).toEqual([5, 10]);
  });
});
