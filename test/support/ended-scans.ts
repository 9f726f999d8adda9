import { sql } from 'kysely';
import { assignIssues, type IssueStatistics } from '../../src/app/issues/assign.ts';
import type { EngineCoverage, FileCoverage } from '../../src/domain/coverage.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { movedFingerprint, primaryFingerprint } from '../../src/domain/fingerprint.ts';
import type { ScanOptions, ScanRecord } from '../../src/domain/scan-record.ts';
import { uuidV7Time } from '../../src/lib/uuid-v7.ts';
import { insertCoverage, insertCoverageFiles, packPaths } from '../../src/store/coverage.ts';
import { insertFindings } from '../../src/store/findings.ts';
import { findScan, scanNameIn } from '../../src/store/scans.ts';
import type { OrgTx } from '../../src/store/tx.ts';
import type { TestDatabase } from './test-database.ts';

/** A finding of the engine `secrets` unless said otherwise; equal content gives equal fingerprints. */
export const madeFinding = (
  content: string,
  more: Partial<Omit<Finding, 'location'>> & {
    readonly path?: string;
    readonly line?: number;
    readonly secret?: string;
    readonly commit?: string;
  } = {},
): Finding => {
  const { path = 'src/a.ts', line = 3, secret, commit, ...fields } = more;
  const ruleId = fields.ruleId ?? 'generic-password';
  const location = {
    type: 'file' as const,
    path,
    startLine: line,
    startColumn: 1,
    endLine: line,
    endColumn: 10,
    ...(commit === undefined ? {} : { commit: { sha: commit, author: 'a', authoredAt: '2026-01-01T00:00:00Z', subject: 's' } }),
  };
  const primary = primaryFingerprint({ ruleId, location, identity: content }, 0);
  return {
    engine: 'secrets',
    ruleId,
    kind: 'secret',
    severity: 'high',
    confidence: 'medium',
    cwe: ['CWE-798'],
    title: 'Password in the source',
    message: 'A password.',
    location,
    id: primary.value,
    fingerprints: [
      primary,
      movedFingerprint({ ruleId, location, identity: content }),
      ...(secret === undefined ? [] : [{ algorithm: 'secret-hmac/v1', keyId: 'k', value: secret }]),
    ],
    ...fields,
  };
};

export interface EndedScan {
  readonly ref?: string;
  readonly kind?: 'scan' | 'import';
  readonly options?: ScanOptions;
  readonly findings?: readonly Finding[];
  /** Engines that ran; by default `secrets`. */
  readonly engines?: readonly string[];
  readonly engineState?: EngineCoverage['state'];
  readonly taskState?: 'succeeded' | 'failed';
  /** Plainly analysed; by default the paths of the findings. */
  readonly analysed?: readonly string[];
  readonly files?: readonly FileCoverage[];
  readonly rules?: readonly string[];
}

const engineCoverage = (engine: string, state: EngineCoverage['state']): EngineCoverage => ({
  engine,
  version: '1',
  rulesetDigest: '0',
  ruleCount: 1,
  state,
  filesAnalysed: 1,
  bytesAnalysed: 1,
  durationMs: 1,
});

/** A project whose scans have just run all their tasks and are about to end. */
export const createEndedScans = (test: TestDatabase, organizationId: string) => {
  const projectId = test.newId();
  const db = test.doors.asOrganization(organizationId);
  const run = <Result>(work: (tx: OrgTx) => Promise<Result>): Promise<Result> => db.transaction(work, { signal: test.signal });

  const storeTask = async (tx: OrgTx, scan: ScanRecord, engine: string, ended: EndedScan): Promise<void> => {
    const {
      findings = [],
      taskState = 'succeeded',
      engineState = 'complete',
      files = [],
      rules = ['generic-password', 'sql-injection'],
    } = ended;
    const taskId = test.newId();
    const isDone = taskState === 'succeeded';
    await tx.change(
      tx.build.insertInto('tasks').values({
        organization_id: organizationId,
        id: taskId,
        scan_id: scan.id,
        scan_created_at: scan.createdAt,
        project_id: projectId,
        engine,
        shard: 0,
        shard_count: 1,
        state: taskState,
        priority: 'interactive',
        timeout_ms: 1000,
        finished_at: new Date(),
        result_epoch: isDone ? 1 : null,
        result_sha256: isDone ? '0'.repeat(64) : null,
      }),
    );
    if (!isDone) return;
    const ofEngine = findings.filter((finding) => finding.engine === engine);
    const owner = { scanId: scan.id, scanCreatedAt: scan.createdAt, taskId, projectId };
    await insertFindings(
      tx,
      owner,
      ofEngine.map((finding) => ({ ...finding, findingId: test.newId() })),
    );
    const paths = ended.analysed ?? [...new Set(findings.map(({ location }) => location.path))];
    await insertCoverage(tx, owner, {
      engines: [engineCoverage(engine, engineState)],
      rulesInForce: { [engine]: rules },
      filesAnalysed: paths.length,
      filesExcluded: 0,
      filesDegraded: 0,
      filesFailed: files.filter(({ state }) => state === 'failed').length,
      bytesAnalysed: 1,
      analysedPaths: await packPaths(paths),
    });
    await insertCoverageFiles(tx, taskId, files);
  };

  /** Its id and instant are of now; time moves on by a second, so that the next is younger. */
  const store = async (ended: EndedScan): Promise<ScanRecord> => {
    const { ref = 'main', kind = 'scan', options = {}, engines = ['secrets'] } = ended;
    const id = test.newId();
    const createdAt = uuidV7Time(id) ?? new Date(0);
    test.clock.advance(1000);
    return run(async (tx) => {
      await tx.change(sql`
        insert into projects (organization_id, id, slug, name) values (${organizationId}, ${projectId}, ${projectId}, 'p') on conflict do nothing`);
      await tx.change(
        tx.build.insertInto('scans').values({
          organization_id: organizationId,
          id,
          created_at: createdAt,
          project_id: projectId,
          kind,
          state: 'running',
          source: JSON.stringify({ type: 'git', url: 'https://git.example.com/a.git' }),
          ref,
          engines: [...engines],
          options: JSON.stringify(options),
          requested_by: 'operator',
        }),
      );
      const name = scanNameIn(organizationId, id);
      const scan = name === undefined ? undefined : await findScan(tx, name);
      if (scan === undefined) throw new Error('the scan was not stored');
      for (const engine of engines) await storeTask(tx, scan, engine, ended);
      return scan;
    });
  };

  const assign = (scan: ScanRecord): Promise<IssueStatistics> =>
    run((tx) => assignIssues(tx, scan, { newId: test.newId, clock: test.clock }));

  /** As a whole scan does when it ends. */
  const becomeHead = (scan: ScanRecord): Promise<number> =>
    run((tx) =>
      tx.change(sql`
        insert into ref_heads (organization_id, project_id, ref, newest_full_scan_id, newest_full_scan_at)
        values (${organizationId}, ${projectId}, ${scan.ref}, ${scan.id}, ${scan.createdAt})
        on conflict (organization_id, project_id, ref) do update
          set newest_full_scan_id = greatest(ref_heads.newest_full_scan_id, excluded.newest_full_scan_id)`),
    );

  return {
    projectId,
    run,
    store,
    assign,
    becomeHead,
    end: async (ended: EndedScan): Promise<IssueStatistics> => assign(await store(ended)),
  };
};

export type EndedScans = ReturnType<typeof createEndedScans>;
