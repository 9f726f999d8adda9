import { describe, expect, it } from 'vitest';
import type { StoredFinding } from '../../app/scans/scans.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanState } from '../../domain/scan-record.ts';
import { type GitScan, isGitScan, statesOfJob, toJobWire } from './job-mapping.ts';
import { jobShape } from './jobs.ts';

const id = '01900000-0000-7000-8000-000000000001';
const at = new Date('2026-01-02T03:04:05.000Z');
const scan = (state: ScanState, more: Partial<GitScan> = {}): GitScan => ({
  organizationId: id,
  id,
  createdAt: at,
  projectId: id,
  kind: 'scan',
  state,
  priority: 'interactive',
  source: { type: 'git', url: 'https://github.com/owner/repo.git' },
  ref: 'main',
  engines: ['secrets'],
  shardCount: 1,
  options: {},
  requestedBy: 'operator',
  warnings: [],
  tasksTotal: 1,
  tasksDone: 0,
  findingsTotal: 1,
  findingsBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
  revision: 1,
  ...more,
});
const finding: StoredFinding = {
  findingId: id,
  scanId: id,
  projectId: id,
  createdAt: at,
  engine: 'secrets',
  ruleId: 'rule',
  kind: 'secret',
  severity: 'high',
  confidence: 'high',
  cwe: ['CWE-798'],
  title: 'A token',
  message: 'A token stands in the source.',
  location: { type: 'file', path: 'a/b.ts', startLine: 3, startColumn: 1, endLine: 4, endColumn: 2 },
  snippet: { startLine: 3, lines: ['one', 'two'] },
  id: 'ab',
  fingerprints: [],
};

const rule: Rule = {
  id: 'rule',
  engine: 'secrets',
  kind: 'secret',
  title: 'A token',
  severity: 'high',
  confidence: 'high',
  cwe: ['CWE-798'],
  help: 'Revoke it.',
  tags: [],
};

describe('jobs of scan-agent clients', () => {
  it('have the shape of the document', () => {
    const job = toJobWire(scan('completed', { finishedAt: new Date('2026-01-02T03:05:00.000Z') }), [finding], [rule]);
    expect(jobShape.parse(job)).toEqual(job);
    expect(job).toEqual({
      id,
      type: 'scan_repo',
      status: 'completed',
      data: { repo_url: 'https://github.com/owner/repo.git', branch: null, scan_options: {}, claude_cli_args: null },
      created_at: '2026-01-02T03:04:05.000Z',
      updated_at: '2026-01-02T03:05:00.000Z',
      result: {
        scan_completed_at: '2026-01-02T03:05:00.000Z',
        repository: 'https://github.com/owner/repo.git',
        branch: 'main',
        results: {
          summary: '1 high. Coverage unknown, gate unknown.',
          vulnerabilities: [
            {
              title: 'A token',
              description: 'A token stands in the source.',
              severity: 'HIGH',
              category: 'DATA_EXPOSURE',
              filePath: 'a/b.ts',
              startLine: 3,
              endLine: 4,
              codeSnippet: 'one\ntwo',
              recommendation: 'Revoke it.',
            },
          ],
          vulnerability_count: 1,
          severity_breakdown: { CRITICAL: 0, HIGH: 1, MEDIUM: 0, LOW: 0, INFO: 0 },
        },
        vulnerabilities_stored: 1,
      },
      error: null,
    });
  });

  it('know four states only', () => {
    const shown = (['created', 'queued', 'running', 'completed', 'failed', 'cancelled'] as const).map(
      (state) => toJobWire(scan(state), [], []).status,
    );
    expect(shown).toEqual(['pending', 'pending', 'in_progress', 'completed', 'failed', 'failed']);
    for (const [status, states] of Object.entries(statesOfJob)) {
      for (const state of states) expect(toJobWire(scan(state), [], []).status).toBe(status);
    }
    expect(Object.values(statesOfJob).flat()).toHaveLength(6);
  });

  it('show a cancelled scan as failed, and say why', () => {
    expect(toJobWire(scan('cancelled', { cancelReason: 'cancelled by operator' }), [], [])).toMatchObject({
      status: 'failed',
      result: null,
      error: 'Job was cancelled: cancelled by operator',
    });
    expect(toJobWire(scan('failed', { error: { code: 'git_failed', message: 'no answer' } }), [], []).error).toBe('no answer');
  });

  it('are scans of repositories only', () => {
    expect(isGitScan(scan('queued'))).toBe(true);
    expect(isGitScan({ ...scan('queued'), kind: 'import' })).toBe(false);
    expect(isGitScan({ ...scan('queued'), source: { type: 'artifact', artifactId: id } })).toBe(false);
  });
});
