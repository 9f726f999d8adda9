import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../../test/support/pattern-finder.ts';
import { hcl } from './hcl.ts';

let finder: PatternFinder;
beforeAll(async () => {
  finder = await openFinder(hcl);
});
afterAll(() => finder.close());

const bucket = (name: string, ...lines: readonly string[]): string => `resource "bucket" "${name}" {\n${lines.join('\n')}\n}`;

describe('blocks of HCL', () => {
  it('hold what a pattern wants in any order and may hold more', () => {
    const text = [bucket('a', 'x = 1', 'y = 2'), bucket('b', 'y = 2', 'z = 3', 'x = 1'), bucket('c', 'x = 1')].join('\n');
    expect(finder.bound('resource "bucket" "$NAME" {\n  x = 1\n  ...\n  y = 2\n}', text, '$NAME')).toEqual(['a', 'b']);
  });

  it('have labels that are told by their number and known without quotes', () => {
    const text = `${bucket('a')}\nresource "bucket" "b" "c" {\n}`;
    expect(finder.bound('resource $TYPE $NAME { ... }', text, '$TYPE')).toEqual(['bucket']);
    expect(finder.bound('resource $TYPE "..." { ... }', text, '$TYPE')).toEqual(['bucket']);
  });

  it('are found in blocks further in, attributes are not', () => {
    const text = bucket('a', 'settings {\n  deep {\n    log {\n      on = true\n    }\n  }\n}');
    expect(finder.find('resource "bucket" "..." { log { on = true } }', text)).toHaveLength(1);
    expect(finder.find('resource "bucket" "..." { on = true }', text)).toEqual([]);
    expect(finder.find('log { ... }', text)).toEqual(['log {\n      on = true\n    }']);
  });

  it('may be empty, in pattern and file', () => {
    expect(finder.find('resource "bucket" "..." {}', bucket('a', 'x = 1'))).toHaveLength(1);
    expect(finder.find('resource "bucket" "..." { ... }', 'resource "bucket" "a" {}')).toHaveLength(1);
  });
});

describe('values of HCL', () => {
  it.each([
    ['x = "..."', 'x = "s"', 1],
    ['x = "..."', 'x = "a-${b}"', 0],
    ['x = "..."', 'x = true', 0],
    ['x = "..."', 'x = <<EOF\nfoo\nEOF\n', 1],
    ['x = true', 'x = "true"', 1],
    ['x = "1"', 'x = 1', 1],
    ['x = []', 'x = [1]', 0],
    ['x = [..., 2, ...]', 'x = [1, 2, 3]', 1],
    ['x = [1, 2]', 'x = [2, 1]', 0],
    ['x = {}', 'x = { a = 1 }', 1],
    ['x = { a = 1 }', 'x = { b = 2, a = 1 }', 1],
    ['x = { a = 1 }', 'x = { "a" = 1 }', 0],
    ['x = { ..., "a": 1, ... }', 'x = { "a": 1 }', 1],
    ['{ ..., a = 1, ... }', 'x = f({ b = 2\n a = 1 })', 1],
    ['f({ ... a = 1 ... })', 'x = f({ b = 2\n a = 1 })', 1],
    ['x = var.$X', 'x = var.a', 1],
    ['x = $A ? $B : $C', 'x = a ? b : c', 1],
    ['f(..., "k", ...)', 'x = f(a, "k")', 1],
    ['x = <... "k" ...>', 'x = f([a, "k"])', 1],
    ['"${$X}"', 'x = "${a.b}"', 1],
  ])('%s in %s', (pattern, text, count) => {
    expect(finder.find(pattern, text)).toHaveLength(count);
  });

  it('of heredocs are the lines between the marks', () => {
    expect(finder.bound('x = "$TEXT"', 'x = <<-EOF\n  foo\n  EOF\n', '$TEXT')).toEqual(['  foo\n']);
  });
});
