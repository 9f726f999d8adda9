import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clip,
  forAnnotation,
  forAnnotationProperty,
  forCsvCell,
  forHtml,
  forMarkdown,
  forMarkdownCode,
  forTerminal,
  forXml,
  forXmlAttribute,
  toSafeJson,
  withoutWorkflowCommand,
  withVisibleEscapes,
} from './text-safety.ts';

/** Controls, reordering, invisible characters, line separators, lone surrogates. */
const dangerous =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e0fff}]/u;

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const wildText = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]8;;http://x\x07',
        '\x9b2J',
        '\u202e',
        '\u2066',
        '\u200b',
        '\ud800',
        '\udc00',
        '\u2028',
        '\r\n',
        '\t',
        '<script>',
        '&amp;',
        ']]>',
        '`',
        '|',
        '"',
        "'",
        '=1+1',
        '@user',
        '::error::',
        '##vso[x]',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('for a terminal', () => {
  test.each([
    ['\x1b[2J\x1b]0;title\x07', '\\x1b[2J\\x1b]0;title\\x07'],
    ['\x9b31m', '\\x9b31m'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['user\u202egpj.exe', 'user\\u202egpj.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud83d', 'half \\ud83d'],
    ['##vso[task.setvariable]x ##[error]y ## heading', '#\\x23vso[task.setvariable]x #\\x23[error]y ## heading'],
    ['Ünïcode 名前 🔎 ❤️ stays', 'Ünïcode 名前 🔎 ❤️ stays'],
    [`z${'\u0301'.repeat(6)}`, `z${'\u0301'.repeat(4)}\\u0301\\u0301`],
  ])('%j', (text, expected) => {
    expect(forTerminal(text)).toBe(expected);
  });

  test('a composed line cannot be a workflow command', () => {
    expect(withoutWorkflowCommand('::set-env name=A::b')).toBe('\\x3a:set-env name=A::b');
    expect(withoutWorkflowCommand('\x1b[1m  ::error::x')).toBe('\x1b[1m  \\x3a:error::x');
    expect(withoutWorkflowCommand('a std::string')).toBe('a std::string');
  });
});

describe('whatever the text is', () => {
  test('nothing dangerous is left', () => {
    fc.assert(
      fc.property(wildText, (text) => {
        for (const neutralise of [forTerminal, forMarkdown, forMarkdownCode, forCsvCell]) expect(neutralise(text)).not.toMatch(dangerous);
        for (const neutralise of [forHtml, forXml]) expect(neutralise(text).replace(/[\n\t]/g, '')).not.toMatch(dangerous);
        expect(forXmlAttribute(text)).not.toMatch(dangerous);
        expect(forTerminal(text)).not.toMatch(/[\n\t]/);
        expect(forAnnotation(text)).not.toMatch(dangerous);
        expect(forAnnotation(text)).not.toMatch(/[\r\n]/);
        expect(toSafeJson(text)).not.toMatch(dangerous);
        expect(toSafeJson(text)).not.toContain('<');
      }),
    );
  });

  test('JSON loses nothing', () => {
    fc.assert(
      fc.property(wildText, (text) => {
        expect(JSON.parse(toSafeJson({ [text]: [text] }, 2))).toEqual({ [text]: [text] });
      }),
    );
  });

  test('HTML and XML decode to the visible text', () => {
    const decode = (markup: string): string =>
      markup
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');
    fc.assert(
      fc.property(wildText, (text) => {
        expect(decode(forHtml(text))).toBe(withVisibleEscapes(text, '\n\t'));
        expect(forHtml(text)).not.toMatch(/[<>"'`=]|&(?!(?:lt|gt|amp|quot|#\d+);)/);
        expect(forXml(text)).not.toMatch(/[<>"']|[\ufffe\uffff]|&(?!(?:lt|gt|amp|quot|#\d+);)/);
      }),
    );
  });
});

describe('for a CSV cell', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\uff1dcmd', '\uff0b1', '\uff0d1', '\uff20x', "'=1", '"=1'])(
    '%j is no formula',
    (text) => {
      expect(forCsvCell(text)).toMatch(/^"'/);
    },
  );

  test('other text is only quoted', () => {
    expect(forCsvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(forCsvCell('src/a-b=c@d.ts')).toBe('"src/a-b=c@d.ts"');
    expect(forCsvCell('a\r\nb')).toBe('"a\\r\\nb"');
  });
});

describe('for Markdown', () => {
  test.each([
    ['plain words, snake_case and a/path.ts:12 stay', 'plain words, snake_case and a/path.ts:12 stay'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['**b** _i_ `c`', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96;'],
    ['[a](http://x)', '&#91;a&#93;(http&#58;//x)'],
    ['![i](x)', '&#33;&#8203;&#91;i&#93;(x)'],
    ['@octocat #12', '&#64;&#8203;octocat &#35;&#8203;12'],
    ['a | b', 'a &#124; b'],
    ['# title', '# title'],
    ['two\n\n- lines', 'two - lines'],
    ['- item', '&#45; item'],
    ['1. item', '1&#46; item'],
    ['www.example.com', 'www&#46;example.com'],
  ])('%j', (text, expected) => {
    expect(forMarkdown(text)).toBe(expected);
  });

  test('code is an element that text cannot leave', () => {
    expect(forMarkdownCode('a`b</code>|x')).toBe('<code>a&#96;b&#60;/code&#62;&#124;x</code>');
  });
});

test('annotations keep line breaks encoded', () => {
  expect(forAnnotation('100%\r\n::error::x')).toBe('100%25%0D%0A::error::x');
  expect(forAnnotationProperty('a:b,c')).toBe('a%3Ab%2Cc');
});

test('clip never leaves half a pair', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('ab🔎cd', 4)).toBe('ab…');
  expect(clip('ab🔎cd', 5)).toBe('ab🔎…');
});
