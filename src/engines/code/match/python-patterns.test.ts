import { afterAll, describe, expect, it } from 'vitest';
import { openPatternLines } from '../../../../test/support/pattern-lines.ts';

const python = openPatternLines('python', 'a.py');
afterAll(python.close);

describe('imports', () => {
  const text = `import a
import a.b.c
import a.b as q
from a import b
from a import c, b
from a.b import c
from a import *
import z, a
from z import a`;
  it.each([
    ['import a', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['import a.b', [2, 3, 4, 5, 6]],
    ['from a import b', [2, 3, 4, 5, 6]],
    ['from a import b, c', [5]],
    ['from $M import b', [2, 3, 4, 5, 6]],
    ['import a.b as $X', [3]],
  ])('%s holds for every form that names the same', async (pattern, lines) => {
    expect(await python.linesOf(pattern, text)).toEqual(lines);
  });

  it('give names from where they stand, unless a parameter has the same', async () => {
    const uses = `b.c(1)
from a import b
b.c(2)
def f(b):
    b.c(3)
def g():
    from z import b
    b.c(4)
b = 5
b.c(6)`;
    expect(await python.linesOf('a.b.c(...)', uses)).toEqual([3]);
    expect(await python.linesOf('z.b.c(...)', uses)).toEqual([8, 10]);
  });
});

describe('dictionaries and sets', () => {
  const text = `x = {}
x = {1}
x = {'a': 1}
x = {'a': 1, 'b': 2}`;
  it.each([
    ['{...}', [1, 2, 3, 4]],
    ['{}', [1]],
    ['{$X}', [2]],
    ['{$K: $V}', [3]],
    ["{..., 'a': $V, ...}", [3, 4]],
  ])('%s', async (pattern, lines) => {
    expect(await python.linesOf(pattern, text)).toEqual(lines);
  });
});

describe('f-strings', () => {
  const text = `g("a")
g(f"a")
g(f"a{b}")`;
  it.each([
    ['g("...")', [1, 2]],
    ['g(f"...")', [2, 3]],
    ['g(f"...{$X}...")', [3]],
    ['"a"', [1, 2, 3]],
  ])('%s', async (pattern, lines) => {
    expect(await python.linesOf(pattern, text)).toEqual(lines);
  });
});

describe('decorators', () => {
  const text = `@cached
def f(): pass
@cached()
def g(): pass
@cached(1)
def h(): pass
@x.cached
def i(): pass`;
  it.each([
    ['@cached\ndef $F(...): ...', [1, 3]],
    ['@cached(...)\ndef $F(...): ...', [1, 3, 5]],
    ['cached(...)', [1, 3, 5]],
    ['cached', [1, 3, 5]],
  ])('%s', async (pattern, lines) => {
    expect(await python.linesOf(pattern, text)).toEqual(lines);
  });
});

describe('statements', () => {
  it('name the members of a class that they ask for, in any order', async () => {
    const text = `class A:
    y = 2
    def m(self): pass
    x = 1
class B(A):
    x = 1`;
    expect(await python.linesOf('class $C:\n  x = 1', text)).toEqual([1, 5]);
    expect(await python.linesOf('class $C(...):\n  ...\n  x = 1\n  ...\n  y = 2', text)).toEqual([1]);
  });

  it('name the handlers of a try that they ask for', async () => {
    const text = `try:
    a()
except E:
    pass
except F:
    b()
try:
    a()
except:
    b()
try:
    a()
finally:
    b()`;
    expect(await python.linesOf('try:\n  ...\nexcept ...:\n  b()', text)).toEqual([1, 7]);
  });

  it('tell yield from yield of a value', async () => {
    const text = `def f():
    yield
    yield 1
    yield from z`;
    expect(await python.linesOf('yield', text)).toEqual([2]);
    expect(await python.linesOf('yield ...', text)).toEqual([3]);
  });
});
