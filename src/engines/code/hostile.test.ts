import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { FileAnalyser, FileAnalysis } from '../engine.ts';
import { codeEngine } from './index.ts';

/** Files and rules of somebody who wants the engine to fall over: each ends with a reason or an answer, and what comes next is as ever. */

const { signal } = new AbortController();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const languages = ['python', 'javascript', 'java', 'go'];
const paths = ['a.py', 'a.js', 'A.java', 'a.go'];

const openWith = async (rules: readonly object[], settings = {}): Promise<FileAnalyser> => {
  const folder = temporaryFolder();
  try {
    const list = rules.map((rule, at) => ({ id: `r${at}`, languages, severity: 'ERROR', message: 'Found $X', ...rule }));
    const rulePaths = [folder.write('rules.json', JSON.stringify({ rules: list }))];
    const hmacKey = { id: 'x', key: new Uint8Array(32), ephemeral: true };
    const own = { rulesDir: folder.path, rulePaths, withoutOwnRules: true, hmacKey, ...settings };
    const { options } = await codeEngine.prepare(own, { paths, signal });
    const analyser = await codeEngine.openAnalyser(structuredClone(options));
    await analyser.warm?.(paths);
    return analyser;
  } finally {
    folder.remove();
  }
};

/** Of the grammars' own tests more; here each rule looks at every level. */
const depth = 20_000;
const nested = (open: string, inner: string, close: string, times = depth): string => open.repeat(times) + inner + close.repeat(times);

const found = ({ findings }: FileAnalysis, rule: string): boolean => findings.some(({ ruleId }) => ruleId === rule);

/** All of it was looked at, down to the marker at the end, or the answer says that it was not, and why. */
const expectAnswer = (analysis: FileAnalysis): void => {
  if (analysis.state === 'failed') expect(analysis).toMatchObject({ reason: 'budget', detail: expect.stringMatching(/./) });
  else expect(found(analysis, 'r0')).toBe(true);
};

describe('files that are made to hurt', () => {
  let analyser: FileAnalyser;
  beforeAll(async () => {
    analyser = await openWith([
      { pattern: 'marker($X)' },
      { pattern: 'foo(..., $X, ..., $Y, ...)' },
      { pattern: '$X + $Y' },
      { pattern: 'foo("=~/(a+)+$/", ...)' },
      { pattern: 'foo(<... bar($X) ...>)' },
      { pattern: 'foo("ab")' },
      { languages: ['python'], pattern: '$X = $Y\n...\nmarker($X)' },
      { languages: ['javascript'], patterns: [{ pattern: 'foo($X)' }, { 'pattern-not-inside': 'function $F(...) { ... }' }] },
      { languages: ['javascript'], pattern: '$X. ... .zz()' },
    ]);
  });

  const files: readonly (readonly [what: string, path: string, text: string])[] = [
    ['brackets', 'a.py', `x = ${nested('(', '1', ')', 100_000)}\nmarker(1)\n`],
    ['lists', 'a.py', `x = ${nested('[', '1', ']')}\nmarker(1)\n`],
    ['calls', 'a.js', `x = ${nested('foo(', '1', ')')};\nmarker(1);\n`],
    ['objects', 'a.js', `x = ${nested('{a:', '1', '}')};\nmarker(1);\n`],
    ['functions', 'a.js', `${nested('function f(a) { let b = a;', 'foo(b);', '}', 20_000)}\nmarker(1);\n`],
    ['blocks', 'a.go', `package a\nfunc f() {${nested('{', '', '}')}\nmarker(1) }\n`],
    ['else after else', 'a.js', `${'if (a) { foo(b) } else '.repeat(20_000)}{}\nmarker(1);\n`],
    ['elif after elif', 'a.py', `if a:\n  foo(b)\n${'elif a:\n  foo(b)\n'.repeat(20_000)}marker(1)\n`],
    ['members', 'a.js', `x${'.f()'.repeat(depth)};\nmarker(1);\n`],
    ['strings put together in Python', 'a.py', `x = "a"${' + "b"'.repeat(50_000)}\nfoo(x)\nmarker(x)\n`],
    ['strings put together in JavaScript', 'a.js', `x = "a"${' + "b"'.repeat(50_000)};\nfoo(x);\nmarker(x);\n`],
    ['strings put together in Java', 'A.java', `class A { void f() { String x = "a"${' + "b"'.repeat(20_000)}; foo(x); marker(x); } }\n`],
    ['strings put together in Go', 'a.go', `package a\nfunc f() { x := "a"${' + "b"'.repeat(20_000)}\nfoo(x)\nmarker(x) }\n`],
    ['equal calls', 'a.js', `${'foo(a, b, c, d);\n'.repeat(20_000)}marker(1);\n`],
    ['arguments of one call', 'a.js', `foo(${'a, '.repeat(5_000)}b);\nmarker(1);\n`],
    ['assignments of one name', 'a.py', `${'x = "a"\nfoo(x)\n'.repeat(20_000)}marker(x)\n`],
    ['scopes', 'a.py', `${Array.from({ length: 10_000 }, (_, at) => `def f${at}(a):\n    x = a\n    foo(x, a)\n`).join('')}marker(1)\n`],
    ['imports', 'a.py', `from m import (${'foo, '.repeat(20_000)})\n${'foo(a, b)\n'.repeat(2_000)}marker(1)\n`],
    ['a string for an expression that explodes', 'a.py', `foo("${'a'.repeat(50_000)}!", 1)\nmarker(1)\n`],
  ];
  it.each(files)(
    '%s',
    (_, path, text) => {
      expectAnswer(analyser.analyse({ path, bytes: encode(text) }));
      const next = analyser.analyse({ path: 'a.py', bytes: encode('marker(1)\n') });
      expect(next).toMatchObject({ state: 'analysed', findings: [{ ruleId: 'r0' }] });
    },
    120_000,
  );

  it('says what is no code, and what is too large for it', () => {
    const tooLarge = analyser.analyse({ path: 'a.js', bytes: encode('foo(a,b);'.repeat(1_200_000)) });
    expect(tooLarge).toMatchObject({ state: 'excluded', reason: 'too_large' });
    const binary = analyser.analyse({ path: 'a.js', bytes: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 0xff) });
    expect(binary).toMatchObject({ state: 'excluded', reason: 'binary' });
  });

  it('reads what is not all UTF-8, and says so', () => {
    const bytes = Uint8Array.from([...encode('foo("'), 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, ...encode('", 1)\nmarker(1)\n')]);
    const analysis = analyser.analyse({ path: 'a.py', bytes });
    expect(analysis).toMatchObject({ state: 'degraded', reason: 'encoding' });
    expect(found(analysis, 'r0')).toBe(true);
  });

  it.each([
    ['a byte order mark', '\ufeffmarker(1)\n', 1],
    ['lines that end as on Windows', 'x = 1\r\nif x:\r\n  marker(x)\r\n', 3],
  ])('reads %s', (_, text, line) => {
    const analysis = analyser.analyse({ path: 'a.py', bytes: encode(text) });
    expect(analysis.findings.find(({ ruleId }) => ruleId === 'r0')?.location).toMatchObject({ startLine: line, endLine: line });
  });
});

describe('rules that are made to hurt', () => {
  let everywhere: FileAnalyser;
  beforeAll(async () => {
    everywhere = await openWith([{ pattern: 'marker($X)' }, { pattern: '$X' }, { 'pattern-regex': '(x+x+)+y' }]);
  });

  it('match everywhere: the first places are kept', () => {
    const { findings } = everywhere.analyse({ path: 'a.py', bytes: encode(`${'f(a, b)\n'.repeat(5_000)}marker(1)\n`) });
    expect(findings.filter(({ ruleId }) => ruleId === 'r1')).toHaveLength(1_000);
    expect(findings.filter(({ ruleId }) => ruleId === 'r0')).toHaveLength(1);
  });

  it('match everything that is nested, each part of it again', () => {
    const analysis = everywhere.analyse({ path: 'a.js', bytes: encode(`marker(1);\nx = ${nested('f(', '1', ')')};\n`) });
    expect(found(analysis, 'r0')).toBe(true);
    expect(analysis.findings.filter(({ ruleId }) => ruleId === 'r1')).toHaveLength(1_000);
  }, 120_000);

  it('have an expression that explodes: the file says which, and other rules still hold', () => {
    const analysis = everywhere.analyse({ path: 'a.py', bytes: encode(`marker(1)\n# ${'x'.repeat(50_000)}\n`) });
    expect(found(analysis, 'r0')).toBe(true);
  }, 60_000);

  it('have dots upon dots', async () => {
    const dots = Array.from({ length: 30 }, (_, at) => `..., $A${at}`).join(', ');
    const analyser = await openWith([{ pattern: 'marker($X)' }, { pattern: `foo(${dots}, ..., missing)` }]);
    const analysis = analyser.analyse({ path: 'a.py', bytes: encode(`marker(1)\nfoo(${'a, '.repeat(200)}missing, b)\n`) });
    expect(analysis).toMatchObject({ state: 'failed', reason: 'budget', detail: expect.stringContaining('r1') });
    expect(found(analysis, 'r0')).toBe(true);
  }, 60_000);

  it('have a thousand alternatives', async () => {
    const alternatives = Array.from({ length: 1_000 }, (_, at) => ({ pattern: `foo${at}($X, ...)` }));
    const analyser = await openWith([{ languages: ['python'], 'pattern-either': alternatives }]);
    const { findings } = analyser.analyse({ path: 'a.py', bytes: encode('foo999(1)\n') });
    expect(findings).toHaveLength(1);
  }, 60_000);

  it.each([
    ['formulas', `{"patterns":[`.repeat(20_000) + '{"pattern":"f()"}' + ']}'.repeat(20_000)],
    ['lists', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])(
    'nest as %s deeper than anything is read: said as a mistake of the rule',
    async (_, formula) => {
      const folder = temporaryFolder();
      try {
        const rule = `{"rules":[{"id":"r","message":"m","severity":"ERROR","languages":["python"],"patterns":[${formula}]}]}`;
        const rulePaths = [folder.write('rules.json', rule)];
        const hmacKey = { id: 'x', key: new Uint8Array(32), ephemeral: true };
        const prepared = codeEngine.prepare({ rulesDir: folder.path, rulePaths, withoutOwnRules: true, hmacKey }, { paths, signal });
        await expect(prepared).rejects.toMatchObject({ code: 'rule_invalid' });
      } finally {
        folder.remove();
      }
    },
    60_000,
  );
});
