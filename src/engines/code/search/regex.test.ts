import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePcre } from './pcre-parse.ts';
import { compileRegex, type RegexUse, type SearchRegex } from './regex.ts';
import { createRegexMachine } from './regex-machine.ts';
import { compileProgram } from './regex-program.ts';

const regexOf = (source: string, use: RegexUse = 'search'): SearchRegex => {
  const compiled = compileRegex(source, use);
  if ('problem' in compiled) throw new Error(`${source}: ${compiled.problem}`);
  return compiled.regex;
};

const found = (source: string, text: string): readonly string[] =>
  regexOf(source)
    .findAll(text)
    .map(({ start, end }) => text.slice(start, end));

/** The same search on the matcher that counts steps. */
const foundByMachine = (source: string, text: string): readonly string[] => {
  const parsed = parsePcre(source, { multiline: true });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const program = compileProgram(parsed.node, parsed.groupCount);
  if (program === undefined) throw new Error('too large');
  const machine = createRegexMachine(program, text, { left: 5_000_000 });
  const matches: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const slots = machine.search(from);
    if (slots === undefined) break;
    const [start = 0, end = 0] = slots;
    matches.push(text.slice(start, end));
    from = end > start ? end : end + 1;
  }
  return matches;
};

describe('PCRE2 as JavaScript', () => {
  it.each([
    ['^b$', 'a\nb\nc', ['b']],
    ['^', 'a\n', ['']],
    ['b$', 'a\nb\r\n', []],
    ['a\\Z', 'a\n', ['a']],
    ['a\\z', 'a\n', []],
    ['\\Aa', 'a\na', ['a']],
    ['x(?i)yZ', 'XyZ xYz xyz', ['xYz', 'xyz']],
    ['(?:a(?i)b|c)d', 'aBd Cd Ad', ['aBd', 'Cd']],
    ['(?i:É)é', 'éé', ['éé']],
    ['(?s)a.b', 'a\nb', ['a\nb']],
    ['a.b', 'a\nb a€b', ['a€b']],
    ['a.b', 'a\u{1f600}b', ['a\u{1f600}b']],
    ['(?x) a b # a comment\n c', 'abc', ['abc']],
    ['[[:alpha:]_]+', 'ab_1', ['ab_']],
    ['[]a]+', 'a]b', ['a]']],
    ['[^]a]+', 'a]b', ['b']],
    ['[a-\\d]+', 'a-1b', ['a-1']],
    ['[\\w-]+', 'a-b c', ['a-b', 'c']],
    ['\\Qa.b\\E+', 'a.bb axb', ['a.bb']],
    ['\\x41\\x{42}\\103', 'ABC', ['ABC']],
    ['\\h+x', 'a \t\u00a0x', [' \t\u00a0x']],
    ['a\\Rb', 'a\r\nb', ['a\r\nb']],
    ['\\s', '\u00a0', []],
    ['\\w+', 'é', []],
    ['\\p{Lu}+', 'aÉB', ['ÉB']],
    ['(?<q>[\'"])x\\k{q}', `'x" "x"`, ['"x"']],
    ['(?P<q>[\'"])x(?P=q)', `'x" "x"`, ['"x"']],
    ['(a)\\g{1}\\g{-1}', 'aaa', ['aaa']],
    ['a++a', 'aaa', []],
    ['(?>a|ab)c', 'abc ac', ['ac']],
    ['(?>(a+))\\1', 'aaa', []],
    ['(?<=x)a(?!b)', 'xab xac', ['a']],
    ['{%\\s*x', '{% x', ['{% x']],
    ['a{,2}', 'a{,2}', ['a{,2}']],
    ['x{2}', 'xx', ['xx']],
    ['\\#\\$', '#$', ['#$']],
    ['aba', 'ababa', ['aba']],
  ])('%j in %j', (source, text, expected) => {
    expect(found(source, text)).toEqual(expected);
    expect(foundByMachine(source, text)).toEqual(expected);
  });

  it('numbers groups as PCRE2 does, whatever the translation adds', () => {
    const [match] = regexOf('(?>(a)(z)?)(?<word>b+)').findAll('xabb');
    expect(match?.groups).toEqual([[1, 2], undefined, [2, 4]]);
    expect([...regexOf('(a)(?<word>b)').groupNames]).toEqual([['word', 2]]);
  });

  it.each(['(', 'a)', '[a', '*a', 'a{2,1}', '(?R)', '\\1', '\\k{no}', '\\y', '[z-a]', '(?<a>x)(?<a>y)', '\\p{Nonsense}', '(?'])(
    'refuses %j with a reason',
    (source) => {
      expect(compileRegex(source, 'search')).toHaveProperty('problem', expect.stringMatching(/\w/));
    },
  );

  it('anchors at the start of the text for metavariables, and not at lines', () => {
    expect(regexOf('b', 'match').testStart('ab')).toBe(false);
    expect(regexOf('a', 'match').testStart('ab')).toBe(true);
    expect(regexOf('a.*c$', 'match').testStart('a\nc')).toBe(false);
    expect(regexOf('a$', 'match').testStart('a\nb')).toBe(false);
  });

  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\b', '^', '$', 'ab', '\\w', '\n');
  const { source } = fc.letrec<{ source: string }>((tie) => ({
    source: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      atom,
      fc.tuple(tie('source'), tie('source')).map(([left, right]) => `${left}${right}`),
      fc.tuple(tie('source'), tie('source')).map(([left, right]) => `(?:${left}|${right})`),
      tie('source').map((inner) => `(${inner})`),
      fc.tuple(tie('source'), fc.constantFrom('*', '+', '?', '*?', '+?', '{1,2}', '{2}')).map(([inner, times]) => `(?:${inner})${times}`),
      fc.tuple(fc.constantFrom('?=', '?!', '?>'), tie('source')).map(([kind, inner]) => `(${kind}${inner})`),
    ),
  }));

  it('finds the same on V8 and on the matcher that counts steps', () => {
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', ' '), maxLength: 12 }), (regex, text) => {
        expect(foundByMachine(regex, text)).toEqual(found(regex, text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('expressions that explode', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(20_000)}!`],
    ['(x+x+)+y', `y${'x'.repeat(5_000)}`],
    ['^(a|aa)+$', `${'a'.repeat(20_000)}b`],
    ['x(.*)*x', `x${'y'.repeat(20_000)}`],
    ['.*foo$', `${'y'.repeat(300_000)}foobar`],
  ])('%s finds nothing and says so', (source, text) => {
    let isExhausted = false;
    const matches = regexOf(source).findAll(text, () => {
      isExhausted = true;
    });
    expect({ matches, isExhausted }).toEqual({ matches: [], isExhausted: false });
  });

  it('gives up with what it has, and tells, where references keep it from remembering', () => {
    let isExhausted = false;
    const text = `aab${'a'.repeat(3_000)}`;
    const matches = regexOf('(a*)*\\1b').findAll(text, () => {
      isExhausted = true;
    });
    expect(matches).toHaveLength(1);
    expect(isExhausted).toBe(true);
  });
});

describe('what a text must hold', () => {
  it.each([
    ['foo\\s+bar', [['foo'], ['bar']]],
    ['(?i)Secret[_-]key', [['secret-key', 'secret_key']]],
    ['(?:foo|ba[rz])x', [['foox', 'barx', 'bazx']]],
    ['(?:foo.*|bar.*)', [['foo', 'bar']]],
    ['(?:foo.*|.)', []],
    ['(?:foo)?bar', [['foobar', 'bar']]],
    ['(?=.*token)x', [['token']]],
    ['(?!token)abc', [['abc']]],
    ['a', []],
    ['\u202e', [['\u202e']]],
  ])('%s', (source, expected) => {
    const { required } = regexOf(source);
    expect(new Set(required.map((clause) => clause.map(({ text }) => text)))).toEqual(new Set(expected));
  });

  it('is in every text that matches', () => {
    const part = fc.constantFrom('foo', '(?i)Bar', '[xy]z', '\\d+', '(?:ab|cd)', '(?:ef)?', 'g{2}', '.*', '(?:hi)+');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('foo', 'BaR', 'xz', '1', 'ab', 'gg', 'hi', 'q') }),
        (parts, text) => {
          const regex = regexOf(parts.join(''));
          fc.pre(regex.test(text));
          const lower = text.toLowerCase();
          expect(regex.required.every((clause) => clause.some((one) => lower.includes(one.text)))).toBe(true);
        },
      ),
    );
  });
});
