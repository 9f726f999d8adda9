import { describe, expect, it } from 'vitest';
import { asBytesText, isRegexError, translateGoRegex } from './go-regex.ts';

const compile = (source: string): RegExp => {
  const translated = translateGoRegex(source);
  if (isRegexError(translated)) throw new Error(translated.error);
  return new RegExp(translated.source);
};

const matched = (source: string, text: string): string | undefined => compile(source).exec(asBytesText(text))?.[0];

describe('go regex', () => {
  it.each([
    ['(?i)abc', 'xABc', 'ABc'],
    ['a(?i)b|c', 'C', 'C'],
    ['a(?i)b|c', 'Ab', undefined],
    ['(?i:a)b', 'Ab', 'Ab'],
    ['(?i:a)b', 'AB', undefined],
    ['(?i)a(?-i)b', 'AB', undefined],
    ['(?i)[a-c]+', 'xABCd', 'ABC'],
    ['(?i)[^a]', 'Ab', 'b'],
    ['(?P<name>a)(?<other>b)', 'ab', 'ab'],
    ['^a\\z', 'a\n', undefined],
    ['\\Aa$', 'a', 'a'],
    ['a$', 'a\nb', undefined],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['(?m)a$', 'a\r\n', undefined],
    ['a.b', 'a\rb', 'a\rb'],
    ['a.b', 'a\nb', undefined],
    ['(?s)a.b', 'a\nb', 'a\nb'],
    ['(?s:.)b', '\nb', '\nb'],
    ['[[:alnum:]]+', '-a1-', 'a1'],
    ['[[:^alpha:]x]+', 'abc12x', '12x'],
    ['[]a]+', 'x]a', ']a'],
    ['[^]a]+', ']ab', 'b'],
    ['[a-]+', 'b-a', '-a'],
    ['[\\w-]+', '"x-y"', 'x-y'],
    ['\\s', '\u00a0', undefined],
    ['\\s', '\v', undefined],
    ['\\x{41}\\x42\\103', 'ABC', 'ABC'],
    ['\\Qa.b*\\E+', 'a.b**', 'a.b**'],
    ['\\pN+', 'a12', '12'],
    ['\\p{Greek}+', 'aλ', asBytesText('λ')],
    ['\\PL', 'a1', '1'],
    ['é+', 'xéé', asBytesText('éé')],
    ['[é]x', 'éx', asBytesText('éx')],
    ['(?i)É', 'é', asBytesText('é')],
    ['[^"]+', '"é"', asBytesText('é')],
    ['(?U)a+', 'aaa', 'a'],
    ['(?U)a+?', 'aaa', 'aaa'],
    ['a{,5}', 'a{,5}', 'a{,5}'],
    ['^\\$(?:\\d+|{\\d+})$', '${12}', '${12}'],
    ['x{2}', 'xxx', 'xx'],
    ['(?:\\b)*a', 'a', 'a'],
    ['a||b', 'b', ''],
    ['\\a\\f\\t\\n\\r\\v', '\x07\f\t\n\r\v', '\x07\f\t\n\r\v'],
    ['\\-\\_\\/\\#', '-_/#', '-_/#'],
    ['(|a)b', 'ab', 'ab'],
  ])('%s on %j', (source, text, expected) => {
    expect(matched(source, text)).toBe(expected);
  });

  it.each([
    ['a(', /missing closing \)/],
    ['a)', /unexpected \)/],
    ['[a', /missing closing \]/],
    ['*a', /nothing to repeat/],
    ['a**', /nested repetition/],
    ['a{2}{3}', /nested repetition/],
    ['a{1001}', /repeat count/],
    ['a{3,2}', /repeat count/],
    ['(?=a)', /lookaround/],
    ['(?<!a)b', /lookaround/],
    ['(a)\\1', /invalid escape/],
    ['\\y', /invalid escape/],
    ['\\p{Nonsense}', /unknown character class/],
    ['[z-a]', /character range/],
    ['[[:nope:]]', /unknown class/],
    ['\\x{110000}', /beyond/],
    ['a\\', /trailing backslash/],
    ['('.repeat(300) + ')'.repeat(300), /too deep/],
  ])('refuses %s', (source, reason) => {
    const translated = translateGoRegex(source);
    expect(isRegexError(translated) && translated.error).toMatch(reason);
  });

  it('counts groups', () => {
    const translated = translateGoRegex('(a)(?:b)(?P<c>d(e))');
    expect(!isRegexError(translated) && translated.groupCount).toBe(3);
  });
});
