import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDependencies, type TestDependencies } from '../../../test/support/app-dependencies.ts';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createEndedScans, type EndedScans, madeFinding } from '../../../test/support/ended-scans.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { insertArtifact } from '../../store/artifacts.ts';
import { verifyAudit } from '../../store/audit.ts';
import { newestRetentionRun } from '../../store/retention.ts';
import { isRetentionOverdue, runRetention } from './retention.ts';
import type { RetentionStatistics } from './retention-run.ts';

const day = 86_400_000;
const nothing: RetentionStatistics = {
  scans: 0,
  findings: 0,
  artifacts: 0,
  artifactBytes: 0,
  orphanBlobs: 0,
  orphanBytes: 0,
  events: 0,
  submissionKeys: 0,
  workers: 0,
};

describeDatabases('retention', (open) => {
  let test: TestDatabase;
  let deps: TestDependencies;
  let organizationId: string;
  let scans: EndedScans;
  let options: { readonly signal: AbortSignal };
  beforeAll(async () => {
    test = await open();
    deps = await createTestDependencies(test);
    options = { signal: test.signal };
  });
  beforeEach(async () => {
    // What a test before this one kept is none of this one's business.
    await change(sql`delete from projects`);
    await change(sql`delete from artifacts`);
    for await (const { key } of deps.blobs.list('', options)) await deps.blobs.delete(key, options);
    organizationId = await test.newOrganization();
    scans = createEndedScans(test, organizationId);
  });

  const change = (statement: ReturnType<typeof sql>): Promise<number> =>
    test.doors.system.transaction((tx) => tx.change(statement), { signal: test.signal });
  const count = async (table: string): Promise<number> =>
    (await test.doors.system.transaction((tx) => tx.one<{ n: number }>(sql`select count(*) as n from ${sql.table(table)}`), options))?.n ??
    -1;
  const run = (limits: { readonly keepLatest?: boolean; readonly dryRun?: boolean } = {}): Promise<RetentionStatistics> =>
    runRetention(
      { ...deps, limits: { ...deps.limits, keepLatest: limits.keepLatest ?? true } },
      { dryRun: limits.dryRun ?? false, signal: test.signal },
    );

  /** A completed scan that ended so many days ago. */
  const ended = async (daysAgo: number, ref = 'main', findings = 2): Promise<ScanRecord> => {
    const scan = await scans.store({ ref, findings: Array.from({ length: findings }, (_, at) => madeFinding(`${ref} ${at}`)) });
    await change(sql`
      update scans set state = 'completed', coverage_state = 'full', gate_state = 'passed',
        finished_at = now() - ${daysAgo}::float8 * interval '1 day' where id = ${scan.id}`);
    return scan;
  };
  const withArtifact = async (owner: { readonly scanId?: string; readonly lifetimeMs?: number }, text = 'bytes'): Promise<string> => {
    const id = test.newId();
    const storageKey = `${organizationId}/test/${id}`;
    const bytes = async function* () {
      yield Buffer.from(text);
    };
    const { sizeBytes, sha256 } = await deps.blobs.put(storageKey, bytes(), { ...options, maxBytes: 1000 });
    await test.doors.asOrganization(organizationId).transaction(
      (tx) =>
        insertArtifact(tx, {
          id,
          type: 'result',
          state: 'available',
          filename: 'f',
          contentType: 'a/b',
          sizeBytes,
          sha256,
          storageKey,
          ...owner,
        }),
      options,
    );
    return storageKey;
  };
  const isStored = async (key: string): Promise<boolean> => (await deps.blobs.stat(key, options)) !== undefined;
  const isThere = async (scan: ScanRecord): Promise<boolean> =>
    (await test.doors.system.transaction((tx) => tx.run(sql`select from scans where id = ${scan.id}`), options)).length === 1;

  it('removes what ended 91 days ago with all it owns, keeps 89 days and whatever has not ended', async () => {
    const old = await ended(91);
    const young = await ended(89);
    const running = await scans.store({ findings: [madeFinding('x')] });
    await change(sql`update scans set created_at = created_at, queued_at = now() - interval '200 days' where id = ${running.id}`);
    const oldKey = await withArtifact({ scanId: old.id });
    const youngKey = await withArtifact({ scanId: young.id });
    const expected = { ...nothing, scans: 1, findings: 2, artifacts: 1, artifactBytes: 5 };

    expect(await run({ dryRun: true })).toEqual(expected);
    expect([await isThere(old), await isStored(oldKey), await count('findings')]).toEqual([true, true, 5]);
    expect(await run()).toEqual(expected);
    expect([await isThere(old), await isThere(young), await isThere(running)]).toEqual([false, true, true]);
    expect([await isStored(oldKey), await isStored(youngKey)]).toEqual([false, true]);
    expect([await count('findings'), await count('tasks'), await count('coverage'), await count('artifacts')]).toEqual([3, 2, 2, 1]);
    expect(await run()).toEqual(nothing);
    expect(await run({ dryRun: true })).toEqual(nothing);
    const audit = await test.doors.asOrganization(organizationId).transaction(verifyAudit, options);
    expect(audit).toEqual({ state: 'intact', entries: 1 });
  });

  it('keeps the newest full scan of each project and ref, and baselines; the plain rule keeps baselines only', async () => {
    const [older, newest, branch, baseline] = [await ended(200), await ended(150), await ended(120, 'feature'), await ended(300, 'tag')];
    await scans.becomeHead(older);
    await scans.becomeHead(newest);
    await scans.becomeHead(branch);
    await change(sql`update projects set baseline_scan_id = ${baseline.id}`);
    expect(await run({ dryRun: true })).toMatchObject({ scans: 1 });
    expect(await run()).toMatchObject({ scans: 1 });
    expect(await Promise.all([older, newest, branch, baseline].map(isThere))).toEqual([false, true, true, true]);
    expect(await run()).toEqual(nothing);
    expect(await run({ dryRun: true, keepLatest: false })).toMatchObject({ scans: 2 });
    expect(await run({ keepLatest: false })).toMatchObject({ scans: 2 });
    expect(await Promise.all([older, newest, branch, baseline].map(isThere))).toEqual([false, false, false, true]);
    expect(await count('ref_heads')).toBe(0);
  });

  it('never touches issues, their decisions and evidence', async () => {
    const scan = await scans.store({ findings: [madeFinding('one'), madeFinding('two', { path: 'b.ts' })] });
    await scans.assign(scan);
    await change(sql`
      insert into issue_decisions (organization_id, id, issue_id, triage, reason, author, cause)
      select organization_id, id, id, 'confirmed', 'seen', 'me', 'manual' from issues`);
    await change(sql`
      update scans set state = 'completed', coverage_state = 'full', gate_state = 'passed', finished_at = now() - interval '1 year'`);
    const tables = ['issues', 'issue_decisions', 'issue_fingerprints', 'issue_refs', 'issue_witnesses'];
    const before = await Promise.all(tables.map(count));
    expect(before[0]).toBe(2);
    expect(await run()).toMatchObject({ scans: 1, findings: 2 });
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });

  it('removes artifacts past their end, unless a scan is still to look at them', async () => {
    const spent = await withArtifact({ lifetimeMs: -1000 });
    const fresh = await withArtifact({ lifetimeMs: 60_000 });
    const forever = await withArtifact({});
    const wanted = await withArtifact({ lifetimeMs: -1000 });
    const scan = await scans.store({});
    await change(sql`
      update scans set source = (select jsonb_build_object('type', 'artifact', 'artifact_id', id::text) from artifacts where storage_key = ${wanted})
      where id = ${scan.id}`);
    const expected = { ...nothing, artifacts: 1, artifactBytes: 5 };
    expect(await run({ dryRun: true })).toEqual(expected);
    expect(await run()).toEqual(expected);
    expect(await Promise.all([spent, fresh, forever, wanted].map(isStored))).toEqual([false, true, true, true]);
    await change(sql`update scans set state = 'cancelled', finished_at = now() where id = ${scan.id}`);
    expect(await run()).toEqual(expected);
    expect(await isStored(wanted)).toBe(false);
    expect(await run()).toEqual(nothing);
  });

  it('counts an expired artifact of an old scan once, in a rehearsal too', async () => {
    const scan = await ended(91);
    await withArtifact({ scanId: scan.id, lifetimeMs: -1000 });
    const expected = { ...nothing, scans: 1, findings: 2, artifacts: 1, artifactBytes: 5 };
    expect(await run({ dryRun: true })).toEqual(expected);
    expect(await run()).toEqual(expected);
  });

  it('removes bytes that belong to nothing once they are a day old', async () => {
    const put = async (name: string, ageMs: number): Promise<string> => {
      const key = `${organizationId}/result/${name}`;
      const bytes = async function* () {
        yield Buffer.from(name);
      };
      await deps.blobs.put(key, bytes(), { ...options, maxBytes: 100 });
      const at = new Date(test.clock.now() - ageMs);
      await utimes(join(deps.blobFolder, 'objects', `${key}+blob`), at, at);
      return key;
    };
    const owned = await withArtifact({});
    const at = new Date(test.clock.now() - 5 * day);
    await utimes(join(deps.blobFolder, 'objects', `${owned}+blob`), at, at);
    const orphan = await put('orphan', 25 * 3_600_000);
    const underWay = await put('young', 23 * 3_600_000);
    const expected = { ...nothing, orphanBlobs: 1, orphanBytes: 6 };
    expect(await run({ dryRun: true })).toEqual(expected);
    expect(await run()).toEqual(expected);
    expect(await Promise.all([orphan, underWay, owned].map(isStored))).toEqual([false, true, true]);
    expect(await run()).toEqual(nothing);
  });

  it('removes events, keys and workers that have served', async () => {
    const scan = await ended(91);
    const kept = await ended(1);
    const event = (daysAgo: number, position: number | null) =>
      change(sql`
      insert into events (organization_id, id, type, schema_version, subject_id, occurred_at, payload, position)
      values (${organizationId}, ${test.newId()}, 'scan.created', 1, ${scan.id}, now() - ${daysAgo}::int * interval '1 day', '{}', ${position})`);
    await event(31, 1);
    await event(29, 2);
    await event(99, null);
    const key = (ofScan: ScanRecord, daysAhead: number) =>
      change(sql`
      insert into submission_keys (organization_id, kind, key, request_sha256, scan_id, scan_created_at, expires_at)
      values (${organizationId}, 'idempotency', ${test.newId()}, 'x', ${ofScan.id}, ${ofScan.createdAt}, now() + ${daysAhead}::int * interval '1 day')`);
    await key(scan, -90);
    await key(kept, -1);
    await key(kept, 1);
    const worker = (state: string, daysAgo: number) =>
      change(sql`
      insert into workers (id, name, host, pid, version, slots, capabilities, state, last_seen_at)
      values (${test.newId()}, 'w', 'h', 1, '1', 1, '{}', ${state}, now() - ${daysAgo}::int * interval '1 day')`);
    await worker('stopped', 91);
    await worker('lost', 91);
    await worker('stopped', 89);
    await worker('active', 91);
    const expected = { ...nothing, scans: 1, findings: 2, events: 1, submissionKeys: 2, workers: 2 };
    expect(await run({ dryRun: true })).toEqual(expected);
    expect(await run()).toEqual(expected);
    expect(await run()).toEqual(nothing);
    await change(sql`delete from events where organization_id = ${organizationId}`);
    await change(sql`delete from workers`);
  });

  it('removes many at once in small transactions, by two cleaners at the same moment, each once', async () => {
    for (let at = 0; at < 45; at += 1) await ended(100 + at, `ref-${at % 3}`, 1);
    const [first, second] = await Promise.all([run(), run()]);
    expect(first.scans + second.scans).toBe(45);
    expect(first.findings + second.findings).toBe(45);
    expect([await count('scans'), await count('findings')]).toEqual([0, 0]);
    expect(await test.doors.asOrganization(organizationId).transaction(verifyAudit, options)).toMatchObject({ state: 'intact' });
  });

  it('writes down what it did', async () => {
    await ended(91);
    await run({ dryRun: true });
    const statistics = await run();
    const newest = await test.doors.system.transaction(newestRetentionRun, options);
    expect(newest).toMatchObject({ dryRun: false, statistics: { scans: statistics.scans, findings: 2, artifact_bytes: 0 } });
    expect(newest?.finishedAt).toBeDefined();
  });

  it('is overdue when nobody cleaned for a day; a rehearsal, or a run that broke off, does not count', async () => {
    await change(sql`delete from retention_runs`);
    const isOverdue = () => isRetentionOverdue({ system: test.doors.system }, options);
    expect(await isOverdue()).toBe(true);
    await run({ dryRun: true });
    expect(await isOverdue()).toBe(true);
    await run();
    expect(await isOverdue()).toBe(false);
    await change(sql`update retention_runs set finished_at = null`);
    expect(await isOverdue()).toBe(true);
    await change(sql`update retention_runs set finished_at = clock_timestamp() - interval '25 hours'`);
    expect(await isOverdue()).toBe(true);
  });

  it('stops when it is told to, and goes on another time', async () => {
    await ended(91);
    await expect(runRetention(deps, { dryRun: false, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect((await run()).scans).toBe(1);
  });
});
