import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cliContext } from '../../test/support/cli-context.ts';
import type { ScanReport } from '../domain/scan.ts';
import { startProgress } from './progress.ts';
import { advance, initialState, totalsOf } from './progress-state.ts';
import { clockTime, duration, progressLine } from './progress-text.ts';

const files = (engine: string, done: number, total: number) =>
  ({ type: 'files', engine, done, total, bytesDone: done * 1000, bytesTotal: total * 1000, findings: done / 10 }) as const;

describe('progress of a scan', () => {
  const analysing = [{ type: 'phase', phase: 'analyse' } as const, files('secrets', 500, 2000), files('gitleaks', 0, 0)].reduce(
    (state, event) => advance(state, event, 10_000),
    initialState(0),
  );

  it('adds engines up, and judges the time left from the share of bytes', () => {
    const totals = totalsOf(analysing, 15_000);
    expect(totals).toMatchObject({ done: 500, total: 2000, findings: 50, share: 0.25, bytesPerSecond: 100_000, leftMs: 15_000 });
    expect(totalsOf(analysing, 10_500).leftMs).toBeUndefined();
  });

  it('counts the rate of a phase from its own start', () => {
    const later = advance(analysing, { type: 'phase', phase: 'report' }, 20_000);
    expect(later.phaseStartedAtMs).toBe(20_000);
    expect(advance(later, { type: 'phase', phase: 'report' }, 30_000).phaseStartedAtMs).toBe(20_000);
  });

  it.each([20, 40, 60, 79, 120])('fits into %d columns, the most important first', (width) => {
    const line = progressLine(advance(initialState(0), { type: 'phase', phase: 'analyse' }, 0), 1000, width);
    expect(line.length).toBeLessThanOrEqual(width);
    const full = progressLine(
      advance(advance(initialState(0), { type: 'phase', phase: 'analyse' }, 0), files('secrets', 1234, 5678), 0),
      5000,
      width,
    );
    expect(full.length).toBeLessThanOrEqual(width);
    expect(full.startsWith('secrets  21%')).toBe(true);
    expect(full.includes('1,234/5,678 files')).toBe(width >= 40);
    expect(full.includes('left')).toBe(width >= 60);
  });

  it('shows commits without bytes', () => {
    const events = [
      { type: 'phase', phase: 'history' } as const,
      { type: 'commits', engine: 'secrets', done: 50, total: 100, findings: 1 } as const,
    ];
    const state = events.reduce((before, event) => advance(before, event, 0), initialState(0));
    const line = progressLine(state, 5000, 100);
    expect(line).toContain(' 50%');
    expect(line).toContain('50/100 commits  1 finding  0:05 left  10 commits/s');
  });

  it.each([
    [0, '0:00', '0.0 s'],
    [7_400, '0:07', '7.4 s'],
    [754_000, '12:34', '12:34'],
    [3_723_000, '1:02:03', '1:02:03'],
  ])('writes %d ms as %s and %s', (milliseconds, clock, text) => {
    expect(clockTime(milliseconds)).toBe(clock);
    expect(duration(milliseconds)).toBe(text);
  });
});

describe('startProgress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (isTTY: boolean, verbose = false) => {
    const stderr = Object.assign(new PassThrough(), { isTTY, columns: 60 });
    const context = cliContext({ stderr, environment: { TERM: 'xterm' } });
    const progress = startProgress(context, { target: 'https://user:hush@example.org/\u001B[31m', mode: 'on', verbose });
    return { progress, shown: () => (stderr.read() as Buffer | null)?.toString('utf8') ?? '' };
  };
  const at = new Date(0).toISOString();
  const report: ScanReport = {
    scan: {
      id: 'scan',
      target: { kind: 'directory', location: '.' },
      mode: 'files',
      startedAt: at,
      finishedAt: at,
      toolVersion: '1.2.3',
      commandLine: [],
    },
    gate: { state: 'passed', failOn: 'high', failingFindings: 0, baseline: false, allowPartial: false },
    coverage: { state: 'full', files: [{ path: 'a', state: 'analysed' }], engines: [] },
    findings: [],
    rules: [],
    unchangedCount: 0,
    warnings: [],
  };

  it('draws at most ten times a second on a terminal, and leaves an empty line', () => {
    const { progress, shown } = start(true);
    progress.onProgress({ type: 'phase', phase: 'analyse' });
    for (let done = 1; done <= 1000; done++) {
      progress.onProgress(files('secrets', done, 1000));
      vi.advanceTimersByTime(1);
    }
    progress.finish(report);
    const drawings = shown().split('\r\u001B[2K');
    expect(drawings.length).toBeGreaterThan(5);
    expect(drawings.length - 2).toBeLessThanOrEqual(10);
    expect(drawings.at(-1)).toBe('');
    expect(drawings.every((line) => line.length < 60)).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(shown()).toBe('');
  });

  it('writes a start, an end and one line each ten seconds elsewhere, target made harmless', () => {
    const { progress, shown } = start(false);
    expect(shown()).toBe('sightline: scanning https://***@example.org/\\x1b[31m\n');
    progress.onProgress({ type: 'phase', phase: 'list' });
    expect(shown()).toBe('');
    vi.advanceTimersByTime(3000);
    progress.onProgress({ type: 'phase', phase: 'analyse' });
    expect(shown()).toBe('sightline: analysing  0:03\n');
    for (let second = 0; second < 27; second++) {
      progress.onProgress(files('secrets', second, 100));
      vi.advanceTimersByTime(1000);
    }
    expect(shown().split('\n')).toHaveLength(4);
    progress.finish(report);
    expect(shown()).toBe('sightline: scanned 1 file in 30.0 s: 0 findings, gate passed\n');
  });

  it('passes notes on only when asked', () => {
    const quiet = start(false);
    const loud = start(false, true);
    for (const { progress } of [quiet, loud]) progress.onProgress({ type: 'note', message: 'retry\u0007' });
    expect(quiet.shown()).not.toContain('retry');
    expect(loud.shown()).toContain('sightline: retry\\x07\n');
  });
});
