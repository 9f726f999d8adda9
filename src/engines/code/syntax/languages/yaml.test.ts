import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../../test/support/pattern-finder.ts';
import { yaml } from './yaml.ts';

let finder: PatternFinder;
beforeAll(async () => {
  finder = await openFinder(yaml);
});
afterAll(() => finder.close());

describe('mappings of YAML', () => {
  it('of one key are that pair wherever it stands', () => {
    expect(finder.find('foo: $X', 'foo: bar\nbaz:\n  foo: "q"\n  x: [ {foo: 2} ]\n')).toEqual(['foo: bar', 'foo: "q"', 'foo: 2']);
  });

  it('have as many keys as the pattern, or more where it has dots; in any order', () => {
    const text = 'a:\n  name: x\n  size: 1\n  image: y\n';
    expect(finder.find('image: $I\nname: $N\n', text)).toEqual([]);
    expect(finder.bound('image: $I\n...\nname: $N\n', text, '$I')).toEqual(['y']);
    expect(finder.find('a:\n  name: x\n', text)).toEqual([]);
  });

  it.each([
    ['mapping', 'a:\n  b: 1\n'],
    ['sequence', 'a:\n  - b\n'],
    ['scalar', 'a: b\n'],
  ])('whose value is dots alone have any value: a %s', (_, text) => {
    expect(finder.find('a:\n  ...\n', text)).toHaveLength(1);
  });
});

describe('sequences of YAML', () => {
  it('of one item are that item', () => {
    expect(finder.find('- foo', '- foo\n- bar\n')).toEqual(['foo']);
  });

  it.each([
    ['x:\n- a\n- b\n', 'x: [a, b]\n', 1],
    ['x:\n- a\n- b\n', 'x: [b, a]\n', 0],
    ['x:\n- ...\n- b\n', 'x:\n  - a\n  - b\n', 1],
    ['x:\n  ...\n  - b\n  ...\n', 'x:\n  - a\n  - b\n  - c\n', 1],
    ['x: [..., b, ...]', 'x:\n  - a\n  - b\n', 1],
    ['- ...\n  b: $X\n', '- a: 1\n  b: 2\n', 1],
    ['- id: $X\n  ...\n', '- name: n\n  id: 1\n', 1],
  ])('%j in %j', (pattern, text, count) => {
    expect(finder.find(pattern, text)).toHaveLength(count);
  });

  it('take part in the structure around them', () => {
    const text = 'spec:\n  kind: k\n  parts:\n    - name: a\n    - image: i\n      name: b\n      more: 1\n';
    expect(finder.bound('spec:\n  ...\n  parts:\n    ...\n    - name: $N\n      image: $I\n      ...\n', text, '$N')).toEqual(['b']);
  });
});

describe('scalars of YAML', () => {
  it.each([
    ['a: foo bar', 'a: "foo bar"\n', 1],
    ['a: foo bar', 'a: foo\n  bar\n', 1],
    ['a: true', 'a: "true"\n', 0],
    ['a: "$X"', 'a: 1\n', 0],
    ['a: "$X"', 'a: b\n', 1],
    ['a: "=~/^b.*d$/"', 'a: bcd\n', 1],
    ['a: "=~/[\\\\n]/"', 'a: |\n  b\n  c\n', 1],
    ['a: "=~/[\\\\n]/"', 'a: "b\\nc"\n', 1],
    ['a: "=~/[\\\\n]/"', 'a: nine\n', 0],
    ['a: >-\n  $X\n', 'a: b\n', 1],
    ['a: $X', 'a: !Tag b\n', 1],
    ['a: b', 'a: &anchor b\n', 1],
  ])('%j in %j', (pattern, text, count) => {
    expect(finder.find(pattern, text)).toHaveLength(count);
  });

  it('are found in every document of a file', () => {
    expect(finder.find('a: $X', 'a: 1\n---\na: 2\n---\nb: 3\n')).toEqual(['a: 1', 'a: 2']);
  });
});
