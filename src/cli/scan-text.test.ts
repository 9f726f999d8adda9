import { describe, expect, it } from 'vitest';
import type { ScanDetailWire, ScanWire } from '../api/wire/scans.ts';
import { scanExitCode, scanText } from './scan-text.ts';
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

  it('shows texts of others harmlessly', () => {
    const text = scanText(
      {
        ...scan,
        source: { ...scan.source, type: 'git', url: 'https://x/\u001B[2J', ref: null, commit: null },
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
