import { afterAll, describe, expect, it } from 'vitest';
import { openPatternLines } from '../../../../test/support/pattern-lines.ts';

const go = openPatternLines('go', 'a.go');
afterAll(go.close);

const inFunction = (statements: string): string => `package a\nfunc f() {\n${statements}\n}\n`;

describe('definitions of Go', () => {
  const text = inFunction('const a = 1\nvar b = 1\nc := 1\nd = 1\nvar e, g = h()');
  it.each([
    ['var $X = 1', [3, 4]],
    ['const $X = 1', [3]],
    ['$X := 1', [5]],
    ['$X = 1', [3, 4, 5, 6]],
    ['... = h(...)', []],
  ])('%s', async (pattern, lines) => {
    expect(await go.linesOf(pattern, text)).toEqual(lines);
  });
});

describe('imports of Go', () => {
  it('hold for packages below', async () => {
    const text = 'package a\nimport "x/y"\nimport q "x/y/z"\nimport "x/yz"\n';
    expect(await go.linesOf('import "x/y"', text)).toEqual([2, 3]);
  });
});

describe('channels of Go', () => {
  it('are sent to', async () => {
    expect(await go.linesOf('$C <- $X', inFunction('a <- 1\nb := <-a'))).toEqual([3]);
  });
  it('are read in any case of a select', async () => {
    const text = inFunction('select {\ncase <-x:\n  f()\ncase y := <-c:\n  g()\n  h()\ncase z <- 1:\n}');
    expect(await go.linesOf('select {\ncase ...\ncase $Y = <-$C:\n  ...\n}', text)).toEqual([3]);
    expect(await go.linesOf('select {\ncase $Y = <-d:\n  ...\n}', text)).toEqual([]);
  });
});

describe('types of Go', () => {
  it('of fields are those of their struct', async () => {
    const text = `package a
type S struct { mu sync.Mutex; n int }
func (s *S) f(t T) {
	s.mu.Lock()
	s.n.Lock()
	t.mu.Lock()
}
`;
    expect(await go.linesOf('($M : sync.Mutex).Lock()', text)).toEqual([4]);
  });
  it('in new are what is made', async () => {
    const text = inFunction('a := new(x.T)\nb := &x.T{}\nc := new([]map[K]V)\nd := f(new(g(x)), h)');
    expect(await go.linesOf('x.T{...}', text)).toEqual([3, 4]);
    expect(await go.linesOf('new(x.T)', text)).toEqual([3, 4]);
    expect(await go.linesOf('[]map[K]V{...}', text)).toEqual([5]);
    expect(await go.linesOf('f($X, h)', text)).toEqual([6]);
    expect(await go.linesOf('new(T)', inFunction('new(new(new(a)))\nb := new(T)'))).toEqual([4]);
  });
  it('are no values among arguments', async () => {
    const text = inFunction('a := make(chan int)\nb := make(T)\nc := make(T, 1)');
    expect(await go.linesOf('make(..., $N)', text)).toEqual([5]);
    expect(await go.linesOf('make($T)', text)).toEqual([3, 4]);
  });
});
