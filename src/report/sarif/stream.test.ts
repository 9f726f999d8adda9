import { expect, it } from 'vitest';
import type { Finding } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { summarise } from '../summary.ts';
import { sarifReporter } from './index.ts';
import { streamSarif } from './stream.ts';

const rule = (engine: string): Rule => ({
  id: `${engine}-rule`,
  engine,
  kind: 'secret',
  title: 'A rule',
  severity: 'high',
  confidence: 'high',
  cwe: ['CWE-798'],
  help: 'What to do.',
  tags: [],
});
const finding = (engine: string, index: number): Finding => ({
  engine,
  ruleId: `${engine}-rule`,
  kind: 'secret',
  severity: 'high',
  confidence: 'high',
  cwe: ['CWE-798'],
  title: 'A title',
  message: 'A message',
  location: { type: 'file', path: `a/${index}.ts`, startLine: index + 1, startColumn: 1, endLine: index + 1, endColumn: 5 },
  id: `${engine}${index}`,
  fingerprints: [{ algorithm: 'sightline/v1', value: `${engine}${index}` }],
});
const engine = (name: string) => ({
  engine: name,
  version: '1',
  rulesetDigest: 'd',
  ruleCount: 1,
  state: 'complete' as const,
  filesAnalysed: 2,
  bytesAnalysed: 20,
  durationMs: 5,
});
const report = (findings: readonly Finding[]): ScanReport => ({
  scan: {
    id: 'scan',
    target: { kind: 'git', location: 'https://example.com/a.git', ref: 'main' },
    mode: 'files',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
    toolVersion: '1.2.3',
    commandLine: [],
  },
  gate: { state: 'failed', failOn: 'high', failingFindings: 5, baseline: false, allowPartial: false },
  coverage: {
    state: 'partial',
    engines: [engine('one'), engine('two')],
    files: [{ path: 'big.bin', state: 'failed', reason: 'timeout', engine: 'one' }],
  },
  findings,
  rules: [rule('one'), rule('two')],
  unchangedCount: 0,
  warnings: ['mind this'],
});

it('gives the log of the SARIF reporter, letter for letter, of findings that come in batches', async () => {
  const findings = [0, 1, 2].flatMap((index) => [finding('one', index), finding('two', index)]);
  const whole = report(findings);
  const expected = [...sarifReporter.render(whole, { colour: false, width: 80, verbose: false })].join('');
  async function* batches(name: string): AsyncIterable<readonly Finding[]> {
    for (let from = 0; from < findings.length; from += 2) yield findings.slice(from, from + 2).filter((one) => one.engine === name);
  }
  const runs = whole.coverage.engines.map((one) => ({
    engineName: one.engine,
    engine: one,
    resultCount: 3,
    findings: batches(one.engine),
  }));
  let streamed = '';
  for await (const piece of streamSarif(report([]), runs, summarise(whole).filesByState)) streamed += piece;
  expect(streamed).toBe(expected);
  expect(JSON.parse(streamed)).toMatchObject({ version: '2.1.0', runs: [{ results: { length: 3 } }, { results: { length: 3 } }] });
});
