import { describe, expect, test } from 'vitest';
import { cleanReport, partialEmptyReport, passedReport, sampleReport } from '../../test/golden/sample-report.ts';
import { lineHashAlgorithm } from '../domain/line-hash.ts';
import type { ScanReport } from '../domain/scan.ts';
import { isAppError } from '../lib/errors.ts';
import { readBaseline } from './read-baseline.ts';
import { loadReporter } from './registry.ts';

const render = async (name: string, report: ScanReport): Promise<string> =>
  [...(await loadReporter(name)).render(report, { colour: false, width: 80, verbose: false })].join('');

const refusal = (text: string): string => {
  try {
    readBaseline(text);
  } catch (error) {
    if (isAppError(error, 'baseline_invalid')) return error.message;
    throw error;
  }
  return 'accepted';
};

const sarif = (results: unknown, rest: object = {}): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'other', rules: [{ id: 'r0' }, { id: 'r1' }] } }, results, ...rest }],
  });

describe('our own reports', () => {
  test('JSON gives back rule and fingerprints of every finding', async () => {
    const { entries, warnings } = readBaseline(await render('json', passedReport));
    expect(entries).toEqual(passedReport.findings.map(({ ruleId, fingerprints }) => ({ ruleId, fingerprints })));
    expect(warnings).toEqual([]);
  });

  test('SARIF gives back the same findings, keyed evidence with its key', async () => {
    const { entries } = readBaseline(await render('sarif', sampleReport));
    const expected = new Map(sampleReport.findings.map(({ ruleId, id, fingerprints }) => [id, { ruleId, fingerprints }]));
    expect(entries).toHaveLength(expected.size);
    for (const entry of entries) {
      const id = entry.fingerprints.find(({ algorithm }) => algorithm === 'sightline/v1')?.value ?? '';
      expect(entry).toEqual(expected.get(id));
    }
    expect(entries.flatMap(({ fingerprints }) => fingerprints)).toContainEqual(
      expect.objectContaining({ algorithm: 'secret-hmac/v1', keyId: 'team-2026' }),
    );
    expect(entries.flatMap(({ fingerprints }) => fingerprints)).toContainEqual(expect.objectContaining({ algorithm: lineHashAlgorithm }));
  });

  test.each(['json', 'sarif'])('%s of a partial scan is taken with a warning', async (format) => {
    expect(readBaseline(await render(format, partialEmptyReport)).warnings.join()).toMatch(/partial/);
    expect(readBaseline(await render(format, cleanReport)).warnings).toEqual([]);
  });

  test.each(['json', 'sarif'])('%s made with a baseline says what it leaves out', async (format) => {
    expect(readBaseline(await render(format, sampleReport)).warnings.join()).toMatch(/leaves out 14 known/);
  });

  test('a byte order mark does not matter', async () => {
    expect(readBaseline(`\ufeff${await render('json', passedReport)}`).entries).toHaveLength(2);
  });
});

describe('SARIF of other tools', () => {
  test('rule ids come from the result or by index, both kinds of fingerprints count', () => {
    const { entries, warnings } = readBaseline(
      sarif([
        { ruleId: 'a', partialFingerprints: { primaryLocationLineHash: 'abc:1' } },
        { ruleIndex: 1, fingerprints: { 'matchBasedId/v1': 'x', 'signed-in': 'requires login', empty: '' } },
        { rule: { index: 0 }, fingerprints: { k: 'v' } },
        { ruleId: 'gone', baselineState: 'absent', fingerprints: { k: 'v' } },
        { ruleId: 'fine', kind: 'pass', fingerprints: { k: 'v' } },
        { ruleId: 'unrecognisable' },
      ]),
    );
    expect(entries).toEqual([
      { ruleId: 'a', fingerprints: [{ algorithm: 'primaryLocationLineHash', value: 'abc:1' }] },
      { ruleId: 'r1', fingerprints: [{ algorithm: 'matchBasedId/v1', value: 'x' }] },
      { ruleId: 'r0', fingerprints: [{ algorithm: 'k', value: 'v' }] },
    ]);
    expect(warnings).toEqual(['1 of 4 findings of the baseline have no rule or no fingerprint and cannot be recognised']);
  });

  test('a run without results did not happen', () => {
    expect(readBaseline(sarif(null)).warnings.join()).toMatch(/partial/);
  });
});

describe('hostile and wrong files', () => {
  test.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['PASSWORD=hunter2', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{}', 'neither'],
    ['{"__proto__": {"runs": []}}', 'neither'],
    ['{"version": "2.0.0", "runs": []}', 'not 2.1.0'],
    ['{"runs": []}', 'without a version'],
    ['{"version": "2.1.0", "runs": {}}', 'runs is not a list'],
    ['{"version": "2.1.0", "runs": [7]}', 'a run is not an object'],
    ['{"version": "2.1.0", "runs": [{"results": {}}]}', 'results is not a list'],
    ['{"schema_version": "2.0", "findings": []}', 'schema_version is "2.0"'],
    ['{"schema_version": 1, "findings": []}', 'missing'],
    ['{"schema_version": "1.0"}', 'findings is not a list'],
    ['{"schema_version": "\\u001b[2J", "findings": []}', '\\x1b[2J'],
  ])('%j', (text, reason) => {
    const message = refusal(text);
    expect(message).toContain(reason);
    expect(message).not.toContain('hunter2');
  });

  test('names of the prototype are names like any other', () => {
    const { entries } = readBaseline(
      '{"version":"2.1.0","runs":[{"results":[{"ruleId":"r","partialFingerprints":{"__proto__":"p","constructor":"c"}}]}]}',
    );
    expect(entries[0]?.fingerprints.map(({ algorithm }) => algorithm)).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'p')).toBe(false);
  });

  test('nesting, types and sizes are bounded', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 'v']));
    const { entries } = readBaseline(
      `{"version":"2.1.0","runs":[{"results":[{"ruleId":"r","partialFingerprints":{"a":${deep},"b":"ok","c":"${'x'.repeat(2000)}"}},{"ruleId":"m","fingerprints":${JSON.stringify(many)}},7,null,[]]}]}`,
    );
    expect(entries.map(({ fingerprints }) => fingerprints.length)).toEqual([1, 32]);
  });
});
