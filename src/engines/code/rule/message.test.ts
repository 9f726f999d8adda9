import { expect, test } from 'vitest';
import type { Binding, Bindings } from '../match/match.ts';
import { interpolate, interpolateFix } from './message.ts';

const bound = (values: Readonly<Record<string, string | Binding>>): Bindings =>
  new Map(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? { start: 0, end: value.length, text: value } : value]),
  );

const constant = (text: string, value: string | number): Binding => ({
  start: 0,
  end: text.length,
  text,
  constant: typeof value === 'string' ? { kind: 'string', value } : { kind: 'number', value },
});

test('metavariables are put in as they are written in the file', () => {
  const bindings = bound({ $X: 'user.name', '$...ARGS': 'a, b', $1: 'one' });
  expect(interpolate('$X: f($...ARGS) $1', bindings)).toBe('user.name: f(a, b) one');
});

test('what is not bound stays, and a longer name begins with the bound one', () => {
  expect(interpolate('$XY $Y costs $ 5, $$X $', bound({ $X: 'v' }))).toBe('vY $Y costs $ 5, $v $');
  expect(interpolate('$XY', bound({ $X: 'v', $XY: 'w' }))).toBe('w');
});

test('value() resolves constants, and shows a string as one', () => {
  const bindings = bound({ $X: constant('KEY', 'abc'), $N: constant('n', 5), $S: constant("'lit'", 'lit'), $O: 'other' });
  expect(interpolate('value($X) value($N) value($S) value($O) value($Z) value($X + 1)', bindings)).toBe(
    `"abc" 5 'lit' other value($Z) value(KEY + 1)`,
  );
});

test('what was put in is not looked at again', () => {
  expect(interpolate('$X$Y value($X)', bound({ $X: '$Y value(', $Y: '$X' }))).toBe('$Y value($X $Y value(');
});

test('a message is cut, a fix is whole or not there', () => {
  const bindings = bound({ $X: 'x'.repeat(15_000) });
  const message = interpolate('$X $X $X', bindings);
  expect(message).toHaveLength(20_001);
  expect(message.endsWith('x…')).toBe(true);
  expect(interpolateFix('$X $X $X', bindings)).toHaveLength(45_002);
  expect(interpolateFix('$X'.repeat(100), bindings)).toBeUndefined();
});

test('an endless name is no endless work', () => {
  const template = `$${'A'.repeat(200_000)}`.repeat(5);
  expect(interpolateFix(template, bound({ $B: 'b' }))).toBeUndefined();
  expect(interpolate(template, bound({ $A: 'b' })).startsWith('bAAA')).toBe(true);
});
