import { describe, expect, it } from 'vitest';
import type { ScanDetailWire, ScanWire } from '../api/wire/scans.ts';
import { foundText, scanExitCode, scanText, targetText } from './scan-text.ts';
import { paintFor } from './terminal.ts';

const id = '01931a2b-3c4d-7e5f-8a9b-0c1d2e3f4a5b';

const scan: ScanDetailWire = {
  id,
  project_id: id,
  kind: 'scan',
  state: 'completed',
  priority: 'interactive',
  source: { type: 'git', url: 'https://example.org/app', ref: null, commit: null },
  ref: 'main',
  commit: 'a'.repeat(40),
  engines: ['secrets'],
  shard_count: 1,
  options: { fail_on: null, exclude: null, allow_partial: null, history: null },
  requested_by: 'operator',
  trace_id: null,
  created_at: '2026-01-02T03:04:05.678Z',
  queued_at: '2026-01-02T03:04:05.678Z',
  started_at: '2026-01-02T03:04:06.000Z',
  finished_at: '2026-01-02T03:04:08.500Z',
  deadline_at: null,
  cancel_requested_at: null,
  cancel_reason: null,
  coverage_state: 'full',
  gate: { state: 'passed', fail_on: 'high', failing_findings: 0, baseline: false, allow_partial: false },
  error: null,
  warnings: [],
  tasks_total: 1,
  tasks_done: 1,
  findings_total: 0,
  findings_by_severity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  revision: 3,
  tasks: [],
  coverage: { engines: [], files_analysed: 1204, files_excluded: 3, files_degraded: 0, files_failed: 0, bytes_analysed: 1, files: [] },
};
const engine: ScanDetailWire['coverage']['engines'][number] = {
  engine: 'secrets',
  version: '1',
  state: 'complete',
  reason: null,
  ruleset_digest: '',
  rule_count: 1,
  files_analysed: 1,
  bytes_analysed: 1,
  duration_ms: 1,
};
const task: ScanDetailWire['tasks'][number] = {
  id,
  scan_id: id,
  project_id: id,
  engine: 'secrets',
  shard: 0,
  shard_count: 1,
  state: 'succeeded',
  priority: 'interactive',
  epoch: 1,
  attempt_count: 1,
  failed_attempts: 0,
  max_attempts: 3,
  available_at: scan.created_at,
  timeout_ms: 1000,
  worker_id: null,
  created_at: scan.created_at,
  leased_at: null,
  lease_expires_at: null,
  finished_at: null,
  findings_count: 0,
  fenced_commits: 0,
  error: null,
  dead_at: null,
  attempts: [],
};
const failedGate = { state: 'failed', fail_on: 'high', failing_findings: 2, baseline: false, allow_partial: false } as const;

describe('scanExitCode', () => {
  it.each<[string, Partial<ScanWire>, number]>([
    ['passed', {}, 0],
    ['gate failed', { gate: failedGate }, 1],
    ['partial, whatever the gate says', { gate: failedGate, coverage_state: 'partial' }, 2],
    ['partial but allowed', { gate: { ...failedGate, allow_partial: true }, coverage_state: 'partial' }, 1],
    ['failed', { state: 'failed', gate: null, coverage_state: null, error: { code: 'engine_failed', message: '' } }, 2],
    ['nothing to scan', { state: 'failed', gate: null, coverage_state: null, error: { code: 'nothing_to_scan', message: '' } }, 3],
    [
      'failed with a code of another version',
      { state: 'failed', gate: null, coverage_state: null, error: { code: 'toString', message: '' } },
      2,
    ],
    ['cancelled', { state: 'cancelled', gate: null, coverage_state: null }, 2],
    ['still running', { state: 'running', gate: null, coverage_state: null }, 0],
  ])('%s', (_, change, expected) => {
    expect(scanExitCode({ ...scan, ...change })).toBe(expected);
  });
});

describe('scanText', () => {
  it('says what was scanned and how it ended', () => {
    expect(scanText(scan, paintFor(false))).toBe(`Scan ${id} completed
  source   https://example.org/app
  ref      main at aaaaaaaaaaaa
  project  ${id}
  engines  secrets
  created  2026-01-02 03:04:05Z
  took     2.5 s
  tasks    1 of 1 done
  files    1,204 analysed, 3 excluded
  findings none
  gate     passed: no finding rated high or worse
`);
  });

  it('names an upload by its file, and an import has no files of its own', () => {
    const source = { type: 'artifact', artifact_id: id, filename: 'codeql.sarif' } as const;
    const text = scanText({ ...scan, kind: 'import', source, engines: ['sarif-import'] }, paintFor(false));
    expect(text).toContain('  source   codeql.sarif\n');
    expect(text).not.toContain('files');
    expect(targetText({ source, ref: 'HEAD' })).toBe('codeql.sarif');
    expect(targetText({ source, ref: 'main' })).toBe('codeql.sarif main');
    expect(targetText({ source: { ...source, filename: null }, ref: 'HEAD' })).toBe(`artifact ${id}`);
  });

  it('says why a scan is partial, and does not drown the reader', () => {
    const failed = (path: string) => ({ path, state: 'failed', reason: 'timeout', detail: null, engine: null, size_bytes: 1 }) as const;
    const text = scanText(
      {
        ...scan,
        coverage_state: 'partial',
        coverage: {
          ...scan.coverage,
          engines: [
            { ...engine, engine: 'gitleaks', state: 'missing', reason: 'it is not installed' },
            { ...engine, engine: 'secrets' },
          ],
          files_failed: 7,
          files: [...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(failed), { ...failed('h'), state: 'excluded', reason: 'binary' }],
        },
      },
      paintFor(false),
    );
    expect(text.match(/^ {2}missing +(.*)$/gm)).toEqual([
      '  missing  gitleaks: it is not installed',
      ...['a', 'b', 'c', 'd', 'e'].map((path) => `  missing  ${path}: timeout`),
      '  missing  2 more files',
    ]);
  });

  it('tells a failure once, and one that is tried again apart from one that is final', () => {
    const error = { code: 'engine_failed', message: 'it broke' };
    const gone = scanText(
      { ...scan, state: 'failed', error, tasks: [{ ...task, state: 'failed', failed_attempts: 3, error }] },
      paintFor(false),
    );
    expect(gone.match(/it broke/g)).toHaveLength(1);
    const again = scanText(
      { ...scan, state: 'running', tasks: [{ ...task, shard: 1, shard_count: 2, state: 'queued', failed_attempts: 1, error }] },
      paintFor(false),
    );
    expect(again).toContain('task     secrets 2/2 failed in 1 of 3 attempts so far: engine_failed: it broke\n');
  });

  it('shows texts of others harmlessly', () => {
    const text = scanText(
      {
        ...scan,
        source: { type: 'artifact', artifact_id: id, filename: '\u001B[2J\u202Egpj.zip' },
        ref: '\u202Emain',
        warnings: ['a\nb'],
        cancel_reason: '\u001B]0;title\u0007',
      },
      paintFor(false),
    );
    expect(text).not.toMatch(/[\u001B\u202E\u0007]/);
    expect(text).toContain('a\\nb');
  });
});

describe('foundText', () => {
  const none = scan.findings_by_severity;
  it.each([
    ['completed', none, 'none'],
    ['completed', { ...none, high: 2, low: 1 }, '2 high, 1 low'],
    ['running', none, ''],
    ['running', { ...none, high: 1 }, '1 high'],
    ['failed', none, ''],
  ] as const)('of a scan that is %s with %j', (state, counts, expected) => {
    expect(foundText({ state, findings_by_severity: counts })).toBe(expected);
  });
});
