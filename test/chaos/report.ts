import type { ChaosRun } from './run.ts';

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
const parts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

const startsWith = (violations: readonly string[], word: string): number => violations.filter((line) => line.startsWith(`${word}:`)).length;

/** As a person reads it. */
export const chaosText = (run: ChaosRun): string => {
  const { options, verdict, violations } = run;
  const { counts } = verdict;
  const seconds = (run.durationMs / 1000).toFixed(0);
  const rows: readonly (readonly [string, string])[] = [
    ['run', `${options.database}, seed ${options.seed}, lease ${options.leaseMs} ms, ${seconds} s`],
    ['faults', `${sum(run.faults)} of ${run.plannedFaults}: ${parts(run.faults) || 'none'}`],
    ['submissions', `${run.submissions} planned, ${run.accepted} accepted; ${run.repeatedRequests} requests sent again`],
    ['scans', parts(counts.scans)],
    ['tasks', `${sum(counts.tasks)}: ${parts(counts.tasks)}`],
    ['attempts', `${sum(counts.attempts)}: ${parts(counts.attempts)}; at most ${counts.mostAttempts} for one task`],
    ['failures', parts(counts.failures) || 'none'],
    ['fenced', `${counts.fencedCommits} late results refused`],
    ['findings', String(counts.findings)],
    ['engines', `${run.orphans.seen} processes lost their worker, gone after ${run.orphans.longestMs} ms at most`],
    ['left behind', `${verdict.orphanBlobs} objects for the cleaner, ${verdict.staleScratch} scratch folders for the next worker`],
    ['starts', `${run.failedStarts} failed and were tried again`],
    ['invariants', `${verdict.invariantsChecked} asked`],
    [
      'verdict',
      violations.length === 0
        ? '0 lost, 0 duplicated, 0 orphaned'
        : `${violations.length} violations (${startsWith(violations, 'lost')} lost, ${startsWith(violations, 'doubled')} doubled, ${startsWith(violations, 'orphaned')} orphaned)`,
    ],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(12)} ${value}`).join('\n');
  return `${table}\n${violations
    .slice(0, 40)
    .map((line) => `  ! ${line}\n`)
    .join('')}`;
};

/** What a machine reads; snake_case as everywhere on the wire. */
export const chaosJson = (run: ChaosRun): Readonly<Record<string, unknown>> => ({
  database: run.options.database,
  seed: run.options.seed,
  lease_ms: run.options.leaseMs,
  duration_ms: run.durationMs,
  faults_planned: run.plannedFaults,
  faults: run.faults,
  submissions: run.submissions,
  accepted: run.accepted,
  repeated_requests: run.repeatedRequests,
  failed_starts: run.failedStarts,
  scans: run.verdict.counts.scans,
  tasks: run.verdict.counts.tasks,
  attempts: run.verdict.counts.attempts,
  failed_attempts: run.verdict.counts.failures,
  fenced_commits: run.verdict.counts.fencedCommits,
  findings: run.verdict.counts.findings,
  engines_orphaned: run.orphans.seen,
  engines_longest_ms: run.orphans.longestMs,
  orphan_blobs: run.verdict.orphanBlobs,
  stale_scratch: run.verdict.staleScratch,
  invariants_checked: run.verdict.invariantsChecked,
  violations: run.violations,
});
