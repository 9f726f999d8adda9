import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { FileAnalysis } from '../engine.ts';
import { codeEngine } from './index.ts';

const { signal } = new AbortController();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Runs the rules of one YAML text over one file, by the engine itself. */
const analyse = async (rules: string, path: string, bytes: Uint8Array): Promise<FileAnalysis> => {
  const folder = temporaryFolder();
  try {
    const file = folder.write('rules.yaml', rules);
    const settings = {
      rulesDir: folder.path,
      rulePaths: [file],
      withoutOwnRules: true,
      hmacKey: { id: 'x', key: new Uint8Array(32), ephemeral: true },
    };
    const { options } = await codeEngine.prepare(settings, { paths: [path], signal });
    const analyser = await codeEngine.openAnalyser(structuredClone(options));
    await analyser.warm?.([path]);
    return analyser.analyse({ path, bytes });
  } finally {
    folder.remove();
  }
};

const rule = (fields: string): string =>
  `rules:\n  - id: r\n    languages: [python]\n    severity: ERROR\n    message: Found $X\n${fields.replace(/^/gm, '    ')}\n`;

describe('a finding', () => {
  it('says where, with columns in UTF-16 code units, and what', async () => {
    const { findings, state } = await analyse(rule('pattern: bad($X)'), 'a.py', encode('é = "💡"; bad(value)\n'));
    expect(state).toBe('analysed');
    expect(findings).toMatchObject([
      {
        ruleId: 'r',
        message: 'Found value',
        title: 'Found value',
        location: { path: 'a.py', startLine: 1, startColumn: 11, endLine: 1, endColumn: 21 },
        snippet: { startLine: 1, lines: ['é = "💡"; bad(value)'] },
      },
    ]);
  });

  it('carries the fix of its rule for the bytes it was made for', async () => {
    const bytes = encode('x = bad( 1 )\n');
    const { findings } = await analyse(rule('pattern: bad($X)\nfix: good($X)'), 'a.py', bytes);
    expect(findings[0]?.fix).toEqual({
      startLine: 1,
      startColumn: 5,
      endLine: 1,
      endColumn: 13,
      replacement: 'good(1)',
      fileDigest: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('fixes within the match by an expression, every time or as often as the rule says', async () => {
    const fix = (count: string): string => rule(`pattern: bad(...)\nfix-regex:\n  regex: '(\\d)'\n  replacement: '<\\1>'${count}`);
    const of = async (count: string): Promise<string | undefined> =>
      (await analyse(fix(count), 'a.py', encode('bad(1, 2)\n'))).findings[0]?.fix?.replacement;
    expect(await of('')).toBe('bad(<1>, <2>)');
    expect(await of('\n  count: 1')).toBe('bad(<1>, 2)');
  });

  it('of a rule about credentials holds none, not even one that stands elsewhere', async () => {
    const rules = rule(
      'pattern: connect($X, ...)\nfix: connect(os.environ["KEY"])\nmetadata:\n  cwe: "CWE-798: Hard-coded credentials"',
    ).replace('Found $X', 'Found $X, value($X)');
    for (const code of ['connect("hunter2")\n', 'word = "hunter2"\nconnect(word)\n', 'connect("""hunter2\nother-half""", 1)\n']) {
      const { findings } = await analyse(rules, 'a.py', encode(code));
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).not.toMatch(/hunter2|other-half/);
    }
  });

  it('offers no fix that would have to show a secret', async () => {
    const rules = rule('pattern: connect($X)\nfix: connect($X, safe=True)\nmetadata:\n  cwe: CWE-259');
    expect((await analyse(rules, 'a.py', encode('connect("hunter2")\n'))).findings[0]).not.toHaveProperty('fix');
    expect((await analyse(rules, 'a.py', encode('connect(name)\n'))).findings[0]).toHaveProperty('fix');
  });

  it('has the identity of the code, not of its place or its layout', async () => {
    const identity = async (code: string): Promise<string | undefined> =>
      (await analyse(rule('pattern: bad($X, ...)'), 'a.py', encode(code))).findings[0]?.identity;
    const one = await identity('bad(a, "b")\n');
    expect(await identity("\n\nif x:\n    bad(\n        a,\n        'b',\n    )\n")).toBe(one);
    expect(await identity('bad(a, "c")\n')).not.toBe(one);
  });
});

describe('a file', () => {
  const anyCall = rule('pattern: bad($X)');

  it.each<[string, string, Uint8Array, Partial<FileAnalysis>]>([
    ['no rule speaks of', 'notes.md', encode('bad(1)'), { state: 'excluded', reason: 'not_applicable' }],
    ['that is binary', 'a.py', Uint8Array.of(0x62, 0, 1), { state: 'excluded', reason: 'binary' }],
    ['too large to be source', 'a.py', new Uint8Array(4_000_001).fill(0x61), { state: 'excluded', reason: 'too_large' }],
  ])('%s', async (_name, path, bytes, expected) => {
    expect(await analyse(anyCall, path, bytes)).toMatchObject({ findings: [], ...expected });
  });

  it('with bytes that are no UTF-8 is analysed around them', async () => {
    const bytes = Buffer.concat([encode('a = "'), Uint8Array.of(0xff), encode('"\nbad(1)\n')]);
    const { findings, state, reason } = await analyse(`${anyCall}    fix: good($X)\n`, 'a.py', bytes);
    expect({ state, reason }).toEqual({ state: 'degraded', reason: 'encoding' });
    expect(findings).toMatchObject([{ location: { startLine: 2 } }]);
    expect(findings[0]).not.toHaveProperty('fix');
  });

  it('that does not parse whole is analysed where it does', async () => {
    const { findings, state, reason } = await analyse(anyCall, 'a.py', encode('bad(1)\n\ndef )(:\n    ]\n\nbad(2)\n'));
    expect({ state, reason }).toEqual({ state: 'degraded', reason: 'parse_errors' });
    expect(findings.length).toBeGreaterThan(0);
  });

  it('without an extension is what its first line says', async () => {
    expect((await analyse(anyCall, 'bin/run', encode('#!/usr/bin/env python3\nbad(1)\n'))).findings).toHaveLength(1);
    for (const line of ['#!/bin/sh', '# python3', '']) {
      expect(await analyse(anyCall, 'bin/run', encode(`${line}\nbad(1)\n`))).toMatchObject({ findings: [], reason: 'not_applicable' });
    }
  });

  it('with more places of one rule than are kept says of which', async () => {
    const calls = (count: number): Uint8Array => encode('bad(1)\n'.repeat(count));
    expect(await analyse(anyCall, 'a.py', calls(1000))).toMatchObject({ state: 'analysed', findings: { length: 1000 } });
    const { findings, ...rest } = await analyse(anyCall, 'a.py', calls(1001));
    expect(findings).toHaveLength(1000);
    expect(rest).toEqual({ state: 'degraded', reason: 'truncated', detail: expect.stringMatching(/more than 1000 places.*: r$/) });
  });

  it('limited by the paths of a rule is none of its business elsewhere', async () => {
    const limited = rule('pattern: bad($X)\npaths:\n  include: [src/]');
    expect((await analyse(limited, 'src/a.py', encode('bad(1)\n'))).findings).toHaveLength(1);
    expect(await analyse(limited, 'lib/a.py', encode('bad(1)\n'))).toMatchObject({ findings: [], reason: 'not_applicable' });
  });
});
