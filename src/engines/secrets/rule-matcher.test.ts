import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAutomaton, createKeywordHits, scanKeywords } from './automaton.ts';
import { isRegexError, translateGoRegex } from './go-regex.ts';
import { createRuleMatcher } from './rule-matcher.ts';
import type { RuleSpec } from './rule-spec.ts';
import { createTextView } from './text-view.ts';

const specOf = (regex: string, keywords: readonly string[]): RuleSpec => ({
  id: 'rule',
  description: '',
  regex,
  keywords,
  entropy: 0,
  secretGroup: 0,
  isGeneric: false,
  skipReport: false,
  allowlists: [],
  required: [],
});

/** The matches of a plain left-to-right run of the whole expression over the whole text. */
const whole = (regex: string, text: string): string[] => {
  const translated = translateGoRegex(regex);
  if (isRegexError(translated)) throw new Error(translated.error);
  return [...text.matchAll(new RegExp(translated.source, 'g'))]
    .filter((match) => match[0] !== '')
    .map((match) => `${match.index}-${match.index + match[0].length}`);
};

const around = (regex: string, keywords: readonly string[], text: string): string[] => {
  const bytes = Buffer.from(text, 'latin1');
  const matcher = createRuleMatcher(specOf(regex, keywords));
  if (matcher === undefined) throw new Error('the expression does not compile');
  const found: string[] = [];
  const view = createTextView(bytes);
  const hits = createKeywordHits();
  scanKeywords(buildAutomaton(keywords), bytes, 0, bytes.length, new Int32Array(1), hits);
  const report = (match: { start: number; end: number }): void => void found.push(`${match.start}-${match.end}`);
  if (matcher.followsHits) for (let index = 0; index < hits.count; index += 1) matcher.tryHit(view, hits.starts[index] ?? 0, report);
  else if (hits.count > 0 || keywords.length === 0) matcher.runOverAll(view, report);
  return found;
};

const rules: readonly (readonly [name: string, regex: string, keywords: readonly string[]])[] = [
  ['a prefix', '\\bkey_[a-z0-9]{3,6}\\b', ['key_']],
  [
    'a lazy run before the keyword',
    `(?i)[\\w.-]{0,10}?(?:key|token)(?:[ \\t\\w.-]{0,5})[\\s'"]{0,3}(?:=|:)['" =]{0,3}([a-z0-9]{4,8})(?:['"\\s;]|$)`,
    ['key', 'token'],
  ],
  ['a lazy run at a word edge', '\\b[\\w.-]{0,3}?(?:key|token)=\\w{1,4}', ['key', 'token']],
  ['a lazy run at a word edge before anything', '\\b[\\w]{0,2}?(?:key|x9)[=:]?', ['token']],
  ['a keyword at a varying place', '(?:aa|b|[ab]{3})key[=:]\\w{2,4}', ['key']],
  ['a keyword far from the start', '(?:ab|-[ab.]{0,300}?)key=\\w', ['key']],
  ['a keyword at a fixed place', '[ab]{2}key=\\w', ['key']],
  ['a keyword behind an unbounded run', '[ab]+key=\\w+', ['key']],
  ['a keyword the expression need not hold', '\\b[a-f0-9]{4}\\b', ['key']],
  ['an unbounded match', 'key[\\s\\S]{2,}?token', ['key']],
  ['a greedy run over everything', 'key=.*b', ['key']],
  ['the start of the text', '^key=\\w+|\\bkey:\\w+', ['key']],
  ['alternatives of one keyword inside the other', '(?:token_key|key)=\\w{1,3}', ['token_key', 'key']],
];

describe('rule matcher', () => {
  const text = fc
    .array(
      fc.constantFrom(
        'key',
        'KEY',
        'token',
        'key_',
        'token_key',
        '=',
        ':',
        ' ',
        '\n',
        "'",
        '"',
        ';',
        'a',
        'b',
        'ab',
        'x9',
        '0af1',
        '.',
        '-',
        'é',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));

  it.each(rules)('finds around keywords what a run over everything finds: %s', (_name, regex, keywords) => {
    fc.assert(
      fc.property(text, (input) => {
        const hasKeyword = keywords.some((keyword) => input.toLowerCase().includes(keyword));
        expect(around(regex, keywords, input)).toEqual(hasKeyword ? whole(regex, input) : []);
      }),
      { numRuns: 400 },
    );
  });

  it.each(rules)('does so in texts longer than a view: %s', (_name, regex, keywords) => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), fc.constantFrom('-', ' ', '\n', 'z '), (parts, filler) => {
        const input = parts.join(filler.repeat(1_100_000 / filler.length));
        const hasKeyword = keywords.some((keyword) => input.toLowerCase().includes(keyword));
        if (/\[\\s\\S\]|\.\*/.test(regex)) return;
        expect(around(regex, keywords, input)).toEqual(hasKeyword ? whole(regex, input) : []);
      }),
      { numRuns: 4 },
    );
  });

  it('is not fooled by the edge of a view', () => {
    const value = 'a'.repeat(200_000);
    const input = `key_${value}`;
    expect(around('key_[a-z]+\\b', ['key_'], `${' '.repeat(3_000_000)}${input} x`)).toEqual([`3000000-${3_000_000 + input.length}`]);
  });
});
