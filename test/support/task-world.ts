import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { type TaskResultLine, taskResultFormat } from '../../src/analysis/task/task-result.ts';
import type { ServerLimits } from '../../src/app/dependencies.ts';
import { addProject } from '../../src/app/projects/add-project.ts';
import { acceptScan } from '../../src/app/scans/accept.ts';
import type { Submission } from '../../src/app/scans/submission.ts';
import { createLeaseService } from '../../src/app/tasks/lease-service.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { type CommitRequest, type LeasedTask, type LeaseName, resultKeyOf } from '../../src/domain/lease-service.ts';
import type { ScanRecord } from '../../src/domain/scan-record.ts';
import type { TaskRecord } from '../../src/domain/task-record.ts';
import { withAttempts } from '../../src/store/attempts.ts';
import { invariants } from '../../src/store/invariants.ts';
import { findScan } from '../../src/store/scans.ts';
import { findTask, tasksOfScan } from '../../src/store/tasks.ts';
import { callerOf, createTestDependencies } from './app-dependencies.ts';
import type { TestDatabase } from './test-database.ts';

/** The sum of it stands in the place of a fingerprint: equal seeds are the same finding. */
const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

export const resultFinding = (engine: string, seed: string, more: Partial<Finding> = {}): Finding => ({
  engine,
  ruleId: 'a-rule',
  kind: 'secret',
  severity: 'high',
  confidence: 'medium',
  cwe: ['CWE-798'],
  title: 'A title',
  message: 'A message',
  location: { type: 'file', path: `src/${seed}.ts`, startLine: 3, startColumn: 1, endLine: 3, endColumn: 9 },
  id: sha256(seed),
  fingerprints: [{ algorithm: 'sightline/v1', value: sha256(seed) }],
  ...more,
});

export const resultLines = (engine: string, findings: readonly Finding[]): readonly TaskResultLine[] => [
  {
    line: 'head',
    format: taskResultFormat,
    commit: 'a'.repeat(40),
    toolVersion: '1.0.0',
    failOn: 'high',
    allowPartial: false,
    engines: [
      {
        engine,
        version: '1',
        rulesetDigest: sha256('rules'),
        ruleCount: 1,
        state: 'complete',
        filesAnalysed: 2,
        bytesAnalysed: 200,
        durationMs: 5,
      },
    ],
    rulesInForce: { [engine]: ['a-rule'] },
    warnings: [],
  },
  {
    line: 'rule',
    rule: { id: 'a-rule', engine, kind: 'secret', title: 'A rule', severity: 'high', confidence: 'medium', cwe: [], help: '', tags: [] },
  },
  { line: 'file', file: { path: 'vendor/', state: 'excluded', reason: 'ignored' } },
  { line: 'paths', paths: ['src/a.ts', 'src/b.ts'] },
  ...findings.map((finding): TaskResultLine => ({ line: 'finding', finding })),
  { line: 'end', rules: 1, files: 1, paths: 2, findings: findings.length },
];

/** As bytes of a file. */
export const packedLines = (lines: readonly unknown[]): Buffer =>
  gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 1 });

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/**
 * Scans whose tasks are of engines nobody else in the database has, so that tests which share it do not take each other's work; and everything
 * a worker would do, by hand. Leases are so long that none runs out on a slow machine; a test that wants it says so.
 */
export const createTaskWorld = async (test: TestDatabase, limits: Partial<ServerLimits> = {}) => {
  const deps = await createTestDependencies(test, { leaseMs: 600_000, ...limits });
  const organizationId = await test.newOrganization();
  const engine = `engine-${test.newId()}`;
  const leases = createLeaseService(deps);
  const options = { signal: test.signal };
  const caller = callerOf(organizationId);
  const inOrganization = test.doors.asOrganization;

  const newProject = (more: { readonly maxRunningScans?: number; readonly organizationId?: string } = {}) =>
    inOrganization(more.organizationId ?? organizationId).transaction(
      (tx) =>
        addProject(tx, { id: test.newId(), name: 'project', description: '', maxRunningScans: more.maxRunningScans ?? 1000 }, undefined),
      options,
    );

  /** Tasks of `engines` (by default one of this world's), each cut into `shards`. */
  const submit = async (
    projectId: string,
    more: Partial<Submission> & { readonly shards?: number; readonly engines?: readonly string[]; readonly organizationId?: string } = {},
  ): Promise<ScanRecord> => {
    const { shards = 1, engines = [engine], organizationId: owner = organizationId, ...fields } = more;
    const tasks = engines.flatMap((name) => Array.from({ length: shards }, (_, shard) => ({ engine: name, shard, shardCount: shards })));
    const submission: Submission = {
      projectId,
      kind: 'scan',
      source: { type: 'git', url: 'https://git.example.com/a.git' },
      ref: 'HEAD',
      plan: { engines, engineVersions: engines, tasks },
      shardCount: shards,
      options: {},
      priority: 'interactive',
      timeoutMs: 3_600_000,
      force: true,
      ...fields,
    };
    return (await acceptScan(deps, callerOf(owner), submission, options)).scan;
  };

  const register = async (more: { readonly slots?: number; readonly engines?: readonly string[] } = {}): Promise<string> => {
    const workerId = test.newId();
    const { slots = 1000, engines = [engine] } = more;
    await leases.register(
      { workerId, name: 'worker', host: 'host', pid: 1, version: '1', slots, capabilities: { engines, tools: [], sandbox: 'none' } },
      options,
    );
    return workerId;
  };

  const claim = (workerId: string, slots = 1, interactiveOnly = 0): Promise<readonly LeasedTask[]> =>
    leases.claim({ workerId, slots, interactiveOnly }, options);

  const claimOne = async (workerId: string): Promise<LeasedTask> => {
    const [task] = await claim(workerId);
    if (task === undefined) throw new Error('there was nothing to claim');
    return task;
  };

  const putBytes = async (lease: LeaseName, bytes: Uint8Array): Promise<CommitRequest> => {
    const digest = sha256(bytes);
    const resultKey = resultKeyOf(lease, digest);
    await deps.blobs.put(resultKey, once(bytes), { ...options, maxBytes: bytes.byteLength });
    return { ...lease, resultKey, resultSha256: digest, resultBytes: bytes.byteLength, engineMs: 12.4 };
  };

  const putResult = (task: LeasedTask, findings: readonly Finding[] = []): Promise<CommitRequest> =>
    putBytes(task.lease, packedLines(resultLines(task.engine, findings)));

  const one = async (taskId: string): Promise<TaskRecord> => {
    const task = await inOrganization(organizationId).transaction((tx) => findTask(tx, { organizationId, taskId }), options);
    if (task === undefined) throw new Error('there is no such task');
    return task;
  };

  const scanNow = async (scan: ScanRecord): Promise<ScanRecord> => {
    const name = { organizationId: scan.organizationId, scanId: scan.id, scanCreatedAt: scan.createdAt };
    const found = await inOrganization(scan.organizationId).transaction((tx) => findScan(tx, name), options);
    if (found === undefined) throw new Error('there is no such scan');
    return found;
  };

  return {
    deps,
    leases,
    options,
    caller,
    organizationId,
    engine,
    newProject,
    submit,
    register,
    claim,
    claimOne,
    putBytes,
    putResult,
    task: one,
    scanNow,
    tasksOf: (scan: ScanRecord) =>
      inOrganization(scan.organizationId).transaction(
        async (tx) => withAttempts(tx, await tasksOfScan(tx, { organizationId: scan.organizationId, scanId: scan.id })),
        options,
      ),
    /** As if the lease had run out just now. */
    runOut: (taskId: string) =>
      deps.system.transaction(
        (tx) =>
          tx.change(
            sql`update tasks set lease_expires_at = clock_timestamp() - interval '1 millisecond' where id = ${taskId} and state = 'leased'`,
          ),
        options,
      ),
    /** As if the wait before the next attempt were over. */
    waitOver: (taskId: string) =>
      deps.system.transaction((tx) => tx.change(sql`update tasks set available_at = clock_timestamp() where id = ${taskId}`), options),
    countRows: async (table: 'findings' | 'usage_records' | 'coverage' | 'scan_logs', scanId: string): Promise<number> => {
      const row = await deps.system.transaction(
        (tx) => tx.one<{ readonly n: number }>(sql`select count(*) as n from ${sql.table(table)} where scan_id = ${scanId}`),
        options,
      );
      return row?.n ?? 0;
    },
  };
};

export type TaskWorld = Awaited<ReturnType<typeof createTaskWorld>>;

/** Rows that break a promise which holds at any moment. */
export const brokenInvariants = (test: TestDatabase): Promise<readonly string[]> =>
  test.doors.system.transaction(
    async (tx) => {
      const broken: string[] = [];
      for (const { id, sql: text, settled } of invariants) {
        if (settled) continue;
        for (const row of await tx.run<{ readonly what: string }>(sql.raw(text))) broken.push(`${id}: ${row.what}`);
      }
      return broken;
    },
    { signal: test.signal },
  );
