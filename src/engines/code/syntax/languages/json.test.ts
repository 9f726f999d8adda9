import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../../test/support/pattern-finder.ts';
import { json } from './json.ts';

let finder: PatternFinder;
beforeAll(async () => {
  finder = await openFinder(json);
});
afterAll(() => finder.close());

it.each([
  ['{"a": 1}', '{"x": {"a": 1, "b": 2}}', []],
  ['{"b": 2, ...}', '{"x": {"a": 1, "b": 2}}', ['{"a": 1, "b": 2}']],
  ['"a": $X', '{"x": {"a": 1, "b": 2}}', ['"a": 1']],
  ['$KEY: {..., "a": 1, ...},', '{"x": {"a": 1, "b": 2}}', ['"x": {"a": 1, "b": 2}']],
  ['"x": { ..., "a": 1, },', '{"x": {"a": 1}}', ['"x": {"a": 1}']],
  ['[..., "b", ...]', '["a", "b", "c"]', ['["a", "b", "c"]']],
  ['"a": "=~/^v[0-9]+$/"', '{"a": "v1"}', ['"a": "v1"']],
  ['"a": "$X"', '[{"a": 1}, {"a": "s"}]', ['"a": "s"']],
  ['"a": true', '[{"a": "true"}, {"a": true}]', ['"a": true']],
])('%s in %s', (pattern, text, expected) => {
  expect(finder.find(pattern, text)).toEqual(expected);
});
