import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createEndedScans, type EndedScans, madeFinding } from '../../../test/support/ended-scans.ts';
import { defaultOrganizationId } from '../../domain/caller.ts';
import type { Issue } from '../../domain/issue.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { createKeyring } from '../keyring/keyring.ts';
import { expireDecisions } from '../scheduling/expire-decisions.ts';
import { createIssues } from './create-issues.ts';
import { type IssueFilter, type IssueSort, type Issues, issueSorts } from './issues.ts';

const keyring = createKeyring(randomBytes(32));

describeDatabases('issues', (open) => {
  let test: TestDatabase;
  let scans: EndedScans;
  let issues: Issues;
  let caller: { readonly organizationId: string; readonly actor: string; readonly requestId: string };
  let options: { readonly signal: AbortSignal };
  beforeAll(async () => {
    test = await open();
    options = { signal: test.signal };
  });
  beforeEach(async () => {
    const organizationId = await test.newOrganization();
    scans = createEndedScans(test, organizationId);
    caller = { organizationId, actor: 'operator', requestId: 'r1' };
    issues = createIssues({ asOrganization: test.doors.asOrganization, clock: test.clock, newId: test.newId, keyring });
  });

  const refused = (code: ErrorCode) => expect.objectContaining({ code }) as Error;
  const list = async (filter: IssueFilter = {}): Promise<readonly Issue[]> =>
    (await issues.list(caller, filter, { limit: 200 }, options)).items;
  const only = async (): Promise<Issue> => {
    const [issue] = await list();
    if (issue === undefined) throw new Error('there is no issue');
    return issue;
  };
  const audited = () =>
    scans.run((tx) =>
      tx.run(sql`select actor, action, resource_type, data from audit_entries where organization_id = ${tx.organizationId} order by seq`),
    );
  const expire = () => expireDecisions({ ...test.doors, clock: test.clock, newId: test.newId }, options);
  const inAnHour = (): Date => new Date(test.clock.now() + 3_600_000);
  /** The database's own clock cannot be moved. */
  const runOut = () =>
    scans.run((tx) =>
      tx.change(sql`
        update issues set triage_expires_at = now() - interval '1 second'
        where organization_id = ${tx.organizationId} and triage_expires_at is not null`),
    );

  it('are listed in every order, page by page, without gap or double', async () => {
    const severities = ['critical', 'high', 'low'] as const;
    for (let scan = 0; scan < 3; scan += 1)
      await scans.end({
        findings: Array.from({ length: 5 }, (_, index) =>
          madeFinding(`${scan} ${index}`, { path: `src/${(index * 3 + scan) % 5}.ts`, severity: severities[(scan + index) % 3] ?? 'low' }),
        ),
      });
    const key: Readonly<Record<IssueSort, (issue: Issue) => string | number>> = {
      severity: (issue) => ['critical', 'high', 'medium', 'low', 'info'].indexOf(issue.severity),
      last_seen: (issue) => -issue.lastSeenAt.getTime(),
      first_seen: (issue) => -issue.firstSeenAt.getTime(),
      path: (issue) => issue.path,
    };
    const walk = async (sort: IssueSort, descending?: boolean): Promise<readonly Issue[]> => {
      const found: Issue[] = [];
      let cursor: string | undefined;
      do {
        const order = { sort, ...(descending === undefined ? {} : { descending }) };
        const page = await issues.list(caller, {}, { limit: 4, ...order, ...(cursor === undefined ? {} : { cursor }) }, options);
        expect(page.total).toEqual({ value: 15, relation: 'eq' });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    };
    for (const sort of issueSorts) {
      const usual = await walk(sort);
      expect(new Set(usual.map(({ id }) => id)).size).toBe(15);
      const keys = usual.map(key[sort]);
      expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      const [up, down] = [await walk(sort, false), await walk(sort, true)];
      expect(up).toEqual(down.toReversed());
      expect(sort === 'path' ? up : down).toEqual(usual);
    }
  });

  it('are found by each of their properties', async () => {
    await scans.end({
      engines: ['secrets', 'code'],
      findings: [
        madeFinding('one', { title: '100% plain' }),
        madeFinding('two', { engine: 'code', kind: 'sast', ruleId: 'sql-injection', cwe: ['CWE-89'], severity: 'low', path: 'lib/b.ts' }),
      ],
    });
    await scans.end({ ref: 'feature', findings: [madeFinding('one', { title: '100% plain' })] });
    await scans.end({ findings: [], engines: ['secrets', 'code'], analysed: ['src/a.ts', 'lib/b.ts'] });
    const paths = async (filter: IssueFilter) => (await list(filter)).map(({ path }) => path).sort();
    const [a, b] = ['src/a.ts', 'lib/b.ts'];
    expect(await paths({ projectId: scans.projectId })).toEqual([b, a]);
    expect(await paths({ projectId: test.newId() })).toEqual([]);
    expect(await paths({ severities: ['high', 'critical'] })).toEqual([a]);
    expect(await paths({ kinds: ['sast'] })).toEqual([b]);
    expect(await paths({ ruleId: 'sql-injection' })).toEqual([b]);
    expect(await paths({ engine: 'code' })).toEqual([b]);
    expect(await paths({ ref: 'feature' })).toEqual([a]);
    expect(await paths({ ref: 'main', presence: 'absent' })).toEqual([b, a]);
    expect(await paths({ ref: 'feature', presence: 'absent' })).toEqual([]);
    expect(await paths({ presence: 'detected' })).toEqual([a]);
    expect(await paths({ search: 'LIB/' })).toEqual([b]);
    expect(await paths({ search: '0% p' })).toEqual([a]);
    expect(await paths({ search: '%' })).toEqual([a]);
    expect(await paths({ triages: ['open'] })).toEqual([b, a]);
    expect(await paths({ triages: ['fixed'] })).toEqual([]);
  });

  it('refuse a cursor of another list', async () => {
    await scans.end({ findings: [madeFinding('one'), madeFinding('two')] });
    const { nextCursor = '' } = await issues.list(caller, {}, { limit: 1 }, options);
    const elsewhere = issues.list(caller, { kinds: ['secret'] }, { limit: 1, cursor: nextCursor }, options);
    await expect(elsewhere).rejects.toThrow(refused('cursor_invalid'));
  });

  it('show where they are, who saw them and what was decided', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    const { id } = await only();
    await issues.triage(caller, id, { triage: 'confirmed', reason: ' seen it ' }, options);
    const detail = await issues.triage(caller, id, { triage: 'accepted', reason: 'behind a wall', expiresAt: inAnHour() }, options);
    expect(detail).toMatchObject({
      triage: 'accepted',
      triageReason: 'behind a wall',
      refs: [{ ref: 'main', presence: 'detected' }],
      witnesses: [{ engine: 'secrets', ruleId: 'generic-password' }],
      decisions: [
        { triage: 'accepted', author: 'operator', cause: 'manual', reason: 'behind a wall' },
        { triage: 'confirmed', reason: 'seen it' },
      ],
    });
    expect(await issues.get(caller, id, options)).toEqual(detail);
    expect(await audited()).toMatchObject([
      { actor: 'operator', action: 'issue.triaged', data: { triage: 'confirmed', before: 'open' } },
      { actor: 'operator', action: 'issue.triaged', data: { triage: 'accepted', before: 'confirmed' } },
    ]);
  });

  it('take the same decision twice for one', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    const { id } = await only();
    const first = await issues.triage(caller, id, { triage: 'false_positive', reason: 'a sample' }, options);
    expect(await issues.triage(caller, id, { triage: 'false_positive', reason: 'a sample' }, options)).toEqual(first);
    expect(await audited()).toHaveLength(1);
  });

  it('let nobody decide on what has changed meanwhile', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    const { id, revision } = await only();
    const decided = await issues.triage(caller, id, { triage: 'confirmed' }, { ...options, ifRevision: revision });
    expect(decided.revision).toBe(revision + 1);
    const late = issues.triage(caller, id, { triage: 'fixed' }, { ...options, ifRevision: revision });
    await expect(late).rejects.toThrow(refused('revision_conflict'));
    expect(await only()).toMatchObject({ triage: 'confirmed' });
  });

  it('keep every decision as it was made', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    await issues.triage(caller, (await only()).id, { triage: 'confirmed' }, options);
    const change = scans.run((tx) =>
      tx.change(sql`update issue_decisions set author = 'somebody' where organization_id = ${tx.organizationId}`),
    );
    await expect(change).rejects.toMatchObject({ code: '23514' });
  });

  it('are open again when a decision has run out, for readers at once and then for good', async () => {
    await scans.end({ findings: [madeFinding('one'), madeFinding('two')] });
    const [one, two] = await list();
    if (one === undefined || two === undefined) throw new Error('two issues were made');
    await issues.triage(caller, one.id, { triage: 'accepted', reason: 'for now', expiresAt: inAnHour() }, options);
    await issues.triage(caller, two.id, { triage: 'wont_fix', reason: 'for ever' }, options);
    expect(await expire()).toBe(0);
    await runOut();
    expect((await list({ triages: ['open'] })).map(({ id }) => id)).toEqual([one.id]);
    expect(await issues.get(caller, one.id, options)).toMatchObject({ triage: 'open' });
    expect(await expire()).toBe(1);
    expect(await expire()).toBe(0);
    const detail = await issues.get(caller, one.id, options);
    expect(detail).toMatchObject({
      triage: 'open',
      decisions: [{ triage: 'open', cause: 'expiry', author: 'system' }, { triage: 'accepted' }],
    });
    expect(detail.reopenedAt).toBeDefined();
    expect(detail.triageExpiresAt).toBeUndefined();
    expect((await audited()).at(-1)).toMatchObject({ actor: 'system', action: 'issues.reopened', data: { issue_ids: [one.id] } });
  });

  it('are decided many at once: all or none', async () => {
    await scans.end({ findings: [madeFinding('one'), madeFinding('two'), madeFinding('three')] });
    const ids = (await list()).map(({ id }) => id);
    await expect(issues.triageMany(caller, [...ids, test.newId()], { triage: 'confirmed' }, options)).rejects.toThrow(refused('not_found'));
    await expect(issues.triageMany(caller, [...ids, 'x'], { triage: 'confirmed' }, options)).rejects.toThrow(refused('not_found'));
    await expect(issues.triageMany(caller, [], { triage: 'confirmed' }, options)).rejects.toThrow(refused('request_invalid'));
    expect(await list({ triages: ['confirmed'] })).toEqual([]);
    expect(await issues.triageMany(caller, [...ids, ...ids], { triage: 'confirmed' }, options)).toBe(3);
    expect(await issues.triageMany(caller, ids, { triage: 'confirmed' }, options)).toBe(0);
    expect(await list({ triages: ['confirmed'] })).toHaveLength(3);
    expect(await audited()).toMatchObject([{ action: 'issues.triaged', data: { triage: 'confirmed', issue_ids: ids.toSorted() } }]);
  });

  it('give the findings they are made of, newest first', async () => {
    for (let scan = 0; scan < 3; scan += 1) await scans.end({ findings: [madeFinding('one', { line: scan + 1 })] });
    const { id } = await only();
    const first = await issues.findings(caller, id, { limit: 2 }, options);
    expect(first.total).toEqual({ value: 3, relation: 'eq' });
    const rest = await issues.findings(caller, id, { limit: 2, cursor: first.nextCursor ?? '' }, options);
    const lines = [...first.items, ...rest.items].map(({ location }) => (location.type === 'file' ? location.startLine : 0));
    expect(lines).toEqual([3, 2, 1]);
    expect(rest.nextCursor).toBeUndefined();
    expect(first.items.map(({ issueId }) => issueId)).toEqual([id, id]);
  });

  it('of another organisation are not there', async () => {
    await scans.end({ findings: [madeFinding('one')] });
    const { id } = await only();
    const stranger = { ...caller, organizationId: await test.newOrganization() };
    expect((await issues.list(stranger, {}, { limit: 10 }, options)).items).toEqual([]);
    for (const wrong of [id, defaultOrganizationId, 'x']) {
      await expect(issues.get(stranger, wrong, options)).rejects.toThrow(refused('not_found'));
      await expect(issues.findings(stranger, wrong, { limit: 1 }, options)).rejects.toThrow(refused('not_found'));
      await expect(issues.triage(stranger, wrong, { triage: 'confirmed' }, options)).rejects.toThrow(refused('not_found'));
      await expect(issues.triageMany(stranger, [wrong], { triage: 'confirmed' }, options)).rejects.toThrow(refused('not_found'));
    }
  });
});
