import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitleaksIgnore } from './gitleaksignore.ts';

const sha = 'a1'.repeat(20);

describe('parseGitleaksIgnore', () => {
  it('reads both forms, comments, blank lines, CRLF and paths with colons', () => {
    const text = [
      '\uFEFF# known',
      '',
      'src/app.ts:aws-key:12',
      `${sha}:src/old.ts:jwt:3\r`,
      'odd:name/x.txt:rule:7',
      'win\\path.txt:rule:1',
      './a.txt:rule:2',
    ].join('\n');
    expect(parseGitleaksIgnore(text)).toEqual({
      entries: [
        { path: 'src/app.ts', ruleId: 'aws-key', line: 12 },
        { commit: sha, path: 'src/old.ts', ruleId: 'jwt', line: 3 },
        { path: 'odd:name/x.txt', ruleId: 'rule', line: 7 },
        { path: 'win/path.txt', ruleId: 'rule', line: 1 },
        { path: 'a.txt', ruleId: 'rule', line: 2 },
      ],
      warnings: [],
    });
  });

  it.each(['nonsense', 'path:rule:', 'path:rule:0', 'path::4', ':rule:4', 'a:b:c', '::1'])('warns about %j', (line) => {
    const { entries, warnings } = parseGitleaksIgnore(`\n${line}\n`);
    expect(entries).toEqual([]);
    expect(warnings).toEqual(['.gitleaksignore line 2 is not of the form path:rule:line or commit:path:rule:line']);
  });

  it('bounds entries and warnings', () => {
    const many = parseGitleaksIgnore('a:b:1\n'.repeat(20_001));
    expect(many.entries).toHaveLength(20_000);
    expect(many.warnings).toHaveLength(1);
    expect(parseGitleaksIgnore('x\n'.repeat(500)).warnings).toHaveLength(11);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const entry of parseGitleaksIgnore(text).entries) expect(entry.line).toBeGreaterThan(0);
      }),
    );
  });
});
