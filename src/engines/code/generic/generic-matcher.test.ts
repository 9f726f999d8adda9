import { describe, expect, it } from 'vitest';
import { defaultMatchOptions, type MatchOptions } from '../rule/formula.ts';
import { createGenericMatcher } from './generic-matcher.ts';

const search = (pattern: string, text: string, options: Partial<MatchOptions> = {}, within?: { start: number; end: number }) => {
  const matcher = createGenericMatcher(pattern);
  if ('problem' in matcher) throw new Error(matcher.problem);
  let isExhausted = false;
  const file = {
    path: 'file',
    text,
    onExhausted: () => {
      isExhausted = true;
    },
  };
  return { matches: matcher.find(file, { ...defaultMatchOptions, ...options }, within), isExhausted: () => isExhausted };
};

const find = (pattern: string, text: string, options?: Partial<MatchOptions>): readonly string[] =>
  search(pattern, text, options).matches.map(({ start, end }) => text.slice(start, end));

describe('words and signs', () => {
  it.each([
    ['foo bar', 'foo  bar foo\nbar foo-bar foobar', ['foo  bar', 'foo\nbar']],
    ['foo', 'foo_bar foobar foo-bar "foo" FOO', ['foo', 'foo']],
    ['a.b', 'a . b a.bc', ['a . b']],
    ['$X = $Y', 'a-b = c.d', ['b = c']],
    ['$X $X', 'foo foo a b', ['foo foo']],
    ['href="$X"', 'href="a" href="b c"', ['href="a"']],
    ['$x $1', '$x $1 a b', ['$x $1']],
    ['$XY$Z a', 'b c a', ['b c a']],
    ['$$X', '$ab', ['$ab']],
  ])('%j in %j', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected);
  });

  it('bind what they stand for', () => {
    const [match] = search('f($A, $...REST)', 'f(x, y, z + 1)').matches;
    expect(match?.bindings.get('$A')?.text).toBe('x');
    expect(match?.bindings.get('$...REST')?.text).toBe('y, z + 1');
  });
});

describe('dots', () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, line) => `${line}\n`).join('');

  it.each([
    ['foo ... bar', 'foo x bar y bar', ['foo x bar']],
    ['foo ... bar', 'foo foo bar', ['foo bar']],
    ['f(...)', 'f() f(a, (b), c)', ['f()', 'f(a, (b)']],
    ['"..."', '"a b" "c"', ['"a b"', '" "', '"c"']],
    ['foo ...', 'foo a\nfoo b', ['foo a\nfoo b']],
    ['... foo', 'a b\nc foo d', ['a b\nc foo']],
    ['{{ ... | safe }}', '{{ x }} {{ y | safe }}', ['{{ y | safe }}']],
    ['$X ... $X', 'a b c a', ['a b c a']],
    ['foo ....', 'foo .... x', ['foo ....']],
  ])('%j in %j', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected);
  });

  it('reach ten lines on, or as far as the rule says', () => {
    expect(find('foo ... bar', `foo\n${lines(9)}bar`)).toHaveLength(1);
    expect(find('foo ... bar', `foo\n${lines(10)}bar`)).toHaveLength(0);
    expect(find('foo ... ... bar', `foo\n${lines(10)}bar`)).toHaveLength(1);
    expect(find('foo ... bar', 'foo\nbar', { genericEllipsisMaxSpan: 0 })).toHaveLength(0);
    expect(find('foo ...', `foo\n${lines(3)}`, { genericEllipsisMaxSpan: 1 })).toEqual(['foo\n0']);
  });

  it('do not leave the block they begin in', () => {
    expect(find('foo ... bar', 'x {\n  foo\n}\nbar')).toEqual([]);
    expect(find('foo ... bar', '(foo) bar')).toEqual([]);
    expect(find('foo ... bar', 'foo\n  x\n    bar')).toHaveLength(1);
    expect(find('foo ... bar', 'foo {\n  x\n}\nbar')).toHaveLength(1);
    expect(find('... c ...', 'a\n  b\n  c\n  d\ne')).toEqual(['a\n  b\n  c\n  d']);
  });

  it('cannot stand before dots with a name', () => {
    expect(createGenericMatcher('a ... $...X b')).toHaveProperty('problem');
    expect(createGenericMatcher('a $...X ... b')).not.toHaveProperty('problem');
  });
});

describe('lines further in', () => {
  it.each([
    ['a\n  b', 'a\n    b\nc', ['a\n    b']],
    ['a\n  b', 'a\n  b c', []],
    ['a\n  b', 'a b', []],
    ['a {\n  ...\n  b\n  ...\n}', 'a { x b }', ['a { x b }']],
    ['a {\n  ...\n  b\n  ...\n}', 'a {\nb\n}', []],
    ['a {\n  ...\n}', 'a {}', ['a {}']],
    ['a\n  ...\nb', `a\n${'  x\n'.repeat(20)}b`, [`a\n${'  x\n'.repeat(20)}b`]],
    ['a\n  ...\nb', 'a\n    x\n  y\nb', []],
  ])('%j in %j', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected);
  });
});

describe('options', () => {
  it('comments of the style the rule names are not there', () => {
    const text = 'foo /* x */ bar\nfoo // y\nbar\nfoo # z\nbar';
    expect(find('foo bar', text, { genericCommentStyle: 'c' })).toEqual(['foo /* x */ bar']);
    expect(find('foo bar', text, { genericCommentStyle: 'cpp' })).toEqual(['foo /* x */ bar', 'foo // y\nbar']);
    expect(find('foo bar', text, { genericCommentStyle: 'shell' })).toEqual(['foo # z\nbar']);
    expect(find('foo bar', text)).toEqual([]);
  });

  it('a range holds whole matches only', () => {
    const text = 'foo bar foo bar foo bar';
    const { matches } = search('foo bar', text, {}, { start: 4, end: 19 });
    expect(matches.map(({ start }) => start)).toEqual([8]);
  });
});

describe('texts and patterns made to be slow', () => {
  it.each([
    ['foo ... bar', 'foo x '.repeat(200_000)],
    ['foo ... x ... y ... bar', 'foo x y '.repeat(100_000)],
    ['foo ... bar', 'foo (x) [y] '.repeat(100_000)],
    ['{ ... }', '{'.repeat(300_000)],
  ])('%j: nothing is found, and the end is reached', (pattern, text) => {
    const { matches, isExhausted } = search(pattern, text);
    expect(matches).toEqual([]);
    expect(isExhausted()).toBe(false);
  });

  it.each([
    ['$X ... $X q', 'a b '.repeat(100_000)],
    ['$X', 'a '.repeat(100_000)],
  ])('%j: given up, and said', (pattern, text) => {
    expect(search(pattern, text).isExhausted()).toBe(true);
  });

  it('a file says which words it must have', () => {
    const matcher = createGenericMatcher('foo("$X", ...) bar_1');
    expect('required' in matcher ? matcher.required : undefined).toEqual(['foo', 'bar_1']);
  });
});
