import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createEndedScans, type EndedScans, madeFinding } from '../../../test/support/ended-scans.ts';

interface IssueState {
  readonly id: string;
  readonly path: string;
  readonly severity: string;
  readonly triage: string;
  readonly detected: boolean;
  readonly reopened: boolean;
  readonly suppressed: boolean;
  /** `main detected`, ... */
  readonly refs: string;
  readonly witnesses: string;
}

describeDatabases('assigning issues', (open) => {
  let test: TestDatabase;
  let scans: EndedScans;
  beforeAll(async () => {
    test = await open();
  });
  beforeEach(async () => {
    scans = createEndedScans(test, await test.newOrganization());
  });

  const issues = (): Promise<readonly IssueState[]> =>
    scans.run((tx) =>
      tx.run(sql<IssueState>`
        select i.id, i.path, i.severity, i.triage, i.is_detected as detected, i.reopened_at is not null as reopened,
          i.suppressed_in_source as suppressed,
          (select string_agg(r.ref || ' ' || r.presence, ', ' order by r.ref) from issue_refs r where r.issue_id = i.id) as refs,
          (select string_agg(w.engine, ' ' order by w.engine) from issue_witnesses w where w.issue_id = i.id) as witnesses
        from issues i where i.project_id = ${scans.projectId} order by i.id`),
    );
  const refs = async (): Promise<readonly string[]> => (await issues()).map((issue) => issue.refs);
  const decide = (triage: string): Promise<number> =>
    scans.run((tx) => tx.change(sql`update issues set triage = ${triage} where project_id = ${scans.projectId}`));

  it('makes issues of findings, knows them again, and links every finding', async () => {
    const findings = [madeFinding('one'), madeFinding('two', { severity: 'low' })];
    expect(await scans.end({ findings })).toEqual({ created: 2, known: 0, regressed: 0, absent: 0, unknown: 0 });
    const later = await scans.store({ findings: [madeFinding('one', { severity: 'critical', line: 90 }), ...findings.slice(1)] });
    expect(await scans.assign(later)).toEqual({ created: 0, known: 2, regressed: 0, absent: 0, unknown: 0 });
    expect((await issues()).map(({ severity }) => severity).sort()).toEqual(['critical', 'low']);
    const linked = await scans.run((tx) =>
      tx.run(sql<{ n: number; issues: number }>`
        select count(*) as n, count(distinct issue_id) as issues from findings where project_id = ${scans.projectId} and issue_id is not null`),
    );
    expect(linked).toEqual([{ n: 4, issues: 2 }]);
  });

  it('gives the same answer when it is run again', async () => {
    const scan = await scans.store({ findings: [madeFinding('one')] });
    await scans.assign(scan);
    const before = await issues();
    expect(await scans.assign(scan)).toEqual({ created: 0, known: 1, regressed: 0, absent: 0, unknown: 0 });
    expect(await issues()).toEqual(before);
  });

  it('keeps the issue of a moved file', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    await decide('wont_fix');
    await scans.end({ findings: [madeFinding('one', { path: 'src/moved.ts' })] });
    expect(await issues()).toMatchObject([{ path: 'src/moved.ts', triage: 'wont_fix', refs: 'main detected' }]);
  });

  it('takes another secret in the same place for a new issue, and calls the old one gone', async () => {
    await scans.end({ findings: [madeFinding('one', { secret: 'old' })] });
    expect(await scans.end({ findings: [madeFinding('one', { secret: 'new' })] })).toMatchObject({ created: 1, absent: 1 });
    expect(await scans.end({ findings: [madeFinding('one', { secret: 'new' })] })).toMatchObject({ created: 0, known: 1 });
    expect(await refs()).toEqual(['main absent', 'main detected']);
  });

  it('keeps one issue for what two engines report at one place', async () => {
    const first = madeFinding('one', { secret: 's' });
    const second = madeFinding('other', { secret: 's', engine: 'gitleaks', ruleId: 'gitleaks/password', severity: 'critical' });
    const both = { engines: ['secrets', 'gitleaks'], findings: [first, second], rules: ['generic-password', 'gitleaks/password'] };
    expect(await scans.end(both)).toMatchObject({ created: 1 });
    expect(await scans.end(both)).toMatchObject({ created: 0, known: 1 });
    expect(await issues()).toMatchObject([{ witnesses: 'gitleaks secrets', severity: 'critical' }]);
    // Dropping one engine closes nothing that the other may still see.
    await scans.end({ findings: [], analysed: ['src/a.ts'] });
    expect(await refs()).toEqual(['main detected']);
    await scans.end({ ...both, findings: [], analysed: ['src/a.ts'] });
    expect(await refs()).toEqual(['main absent']);
  });

  it('calls an issue suppressed while the source says so', async () => {
    const suppression = { source: 'inline', reason: 'made up' } as const;
    await scans.end({ findings: [madeFinding('one', { suppression })] });
    expect(await issues()).toMatchObject([{ suppressed: true }]);
    await scans.end({ findings: [madeFinding('one')] });
    expect(await issues()).toMatchObject([{ suppressed: false }]);
  });

  it('calls an issue gone where the file was analysed or is gone itself, on that ref alone', async () => {
    const findings = [madeFinding('one'), madeFinding('two', { path: 'src/b.ts' })];
    await scans.end({ findings });
    await scans.end({ findings, ref: 'feature' });
    expect(await scans.end({ findings: [], analysed: ['src/a.ts'] })).toMatchObject({ absent: 2 });
    expect(await issues()).toMatchObject([
      { refs: 'feature detected, main absent', detected: true },
      { refs: 'feature detected, main absent', detected: true },
    ]);
    await scans.end({ findings: [], analysed: [], ref: 'feature' });
    expect((await issues()).map(({ detected }) => detected)).toEqual([false, false]);
  });

  it.each([
    ['a failed file', { files: [{ path: 'src/x.ts', state: 'failed', reason: 'timeout' }] }],
    ['an engine that did not complete', { engineState: 'failed' }],
    ['a failed task', { taskState: 'failed' }],
    ['an engine that did not run', { engines: ['code'] }],
    ['a look at the history', { options: { history: true } }],
    ['an imported log that does not name the file', { kind: 'import', analysed: [] }],
  ] as const)('closes nothing after %s', async (_case, ended) => {
    await scans.end({ findings: [madeFinding('one')] });
    expect(await scans.end({ findings: [], analysed: ['src/a.ts'], ...ended })).toMatchObject({ absent: 0, unknown: 0 });
    expect(await refs()).toEqual(['main detected']);
  });

  it('closes what an imported log says was analysed', async () => {
    await scans.end({ kind: 'import', findings: [madeFinding('one')] });
    expect(await scans.end({ kind: 'import', findings: [], analysed: ['src/a.ts'] })).toMatchObject({ absent: 1 });
  });

  it.each([
    ['the file is left out now', { files: [{ path: 'src/a.ts', state: 'excluded', reason: 'ignored' }], analysed: [] }],
    ['its folder is left out now', { files: [{ path: 'src/', state: 'excluded', reason: 'ignored' }], analysed: [] }],
    ['the file was analysed in part', { files: [{ path: 'src/a.ts', state: 'degraded', reason: 'parse_errors' }], analysed: [] }],
    ['the rule is switched off', { rules: [], analysed: ['src/a.ts'] }],
  ] as const)('does not know when %s', async (_case, ended) => {
    await scans.end({ findings: [madeFinding('one')] });
    expect(await scans.end({ findings: [], ...ended })).toMatchObject({ absent: 0, unknown: 1 });
    expect(await issues()).toMatchObject([{ refs: 'main unknown', detected: true }]);
    await scans.end({ findings: [], analysed: ['src/a.ts'] });
    expect(await refs()).toEqual(['main absent']);
  });

  it('leaves what stood in the history to the history', async () => {
    await scans.end({ findings: [madeFinding('one', { commit: 'c'.repeat(40) })], options: { history: true } });
    await scans.end({ findings: [], analysed: ['src/a.ts'] });
    expect(await refs()).toEqual(['main detected']);
  });

  it('opens again what was called fixed and came back, and says why', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    await decide('fixed');
    await scans.end({ findings: [], analysed: ['src/a.ts'] });
    expect(await issues()).toMatchObject([{ triage: 'fixed', refs: 'main absent', reopened: false }]);
    expect(await scans.end({ findings: [madeFinding('one')] })).toMatchObject({ regressed: 1 });
    expect(await issues()).toMatchObject([{ triage: 'open', refs: 'main detected', detected: true, reopened: true }]);
    const decisions = await scans.run((tx) =>
      tx.run(sql`select triage, cause, author, reason like 'found again on main by scan %' as says_where from issue_decisions
                 where organization_id = ${tx.organizationId}`),
    );
    expect(decisions).toEqual([{ triage: 'open', cause: 'regression', author: 'system', says_where: true }]);
  });

  it('keeps other decisions when an issue comes back', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    await decide('false_positive');
    await scans.end({ findings: [], analysed: ['src/a.ts'] });
    await scans.end({ findings: [madeFinding('one')] });
    expect(await issues()).toMatchObject([{ triage: 'false_positive', reopened: true }]);
  });

  it('lets no older scan take back what a younger one said', async () => {
    const findings = [madeFinding('one', { severity: 'low' })];
    await scans.end({ findings });
    const older = await scans.store({ findings: [], analysed: ['src/a.ts'] });
    const younger = await scans.store({ findings: [madeFinding('one', { severity: 'critical' })] });
    await scans.assign(younger);
    expect(await scans.assign(older)).toMatchObject({ absent: 0 });
    expect(await issues()).toMatchObject([{ refs: 'main detected', severity: 'critical' }]);

    const late = await scans.store({ findings: [...findings, madeFinding('two')] });
    const clean = await scans.store({ findings: [], analysed: ['src/a.ts'] });
    await scans.assign(clean);
    await scans.becomeHead(clean);
    expect(await scans.assign(late)).toMatchObject({ created: 1, regressed: 0 });
    expect(await issues()).toMatchObject([
      { refs: 'main absent', detected: false },
      { refs: 'main unknown', detected: true },
    ]);
  });

  it('serialises scans of one project that end at once', async () => {
    const stored = [];
    for (let count = 0; count < 4; count += 1) stored.push(await scans.store({ findings: [madeFinding('one'), madeFinding('two')] }));
    const statistics = await Promise.all(stored.map((scan) => scans.assign(scan)));
    expect(statistics.map(({ created }) => created).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 2]);
    expect(await issues()).toHaveLength(2);
  });

  it('keeps no hash of a line from which a secret could be worked out', async () => {
    const finding = madeFinding('one');
    const withLineHash = { ...finding, fingerprints: [...finding.fingerprints, { algorithm: 'primaryLocationLineHash', value: 'abc:1' }] };
    await scans.end({ findings: [withLineHash] });
    const kept = await scans.run((tx) =>
      tx.run(sql`select algorithm from issue_fingerprints where project_id = ${scans.projectId} order by algorithm`),
    );
    expect(kept).toEqual([{ algorithm: 'sightline-moved/v1' }, { algorithm: 'sightline/v1' }]);
  });
});
