import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { callerOf, createTestDependencies, type TestDependencies } from '../../../test/support/app-dependencies.ts';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createQueuedScan } from '../../../test/support/queued-scan.ts';
import type { Caller } from '../../domain/caller.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { insertArtifact } from '../../store/artifacts.ts';
import { verifyAudit } from '../../store/audit.ts';
import type { OrgTx } from '../../store/tx.ts';
import { createKeyring } from '../keyring/keyring.ts';
import { createScans } from '../scans/create-scans.ts';
import { createProjects } from './create-projects.ts';
import type { Projects } from './projects.ts';
import { projectSecrets } from './secrets.ts';

describeDatabases('projects', (open) => {
  let test: TestDatabase;
  let deps: TestDependencies;
  let projects: Projects;
  let caller: Caller;
  let options: { readonly signal: AbortSignal };
  beforeAll(async () => {
    test = await open();
    deps = await createTestDependencies(test);
    projects = createProjects({ ...deps, scans: createScans(deps) });
    options = { signal: test.signal };
  });
  beforeEach(async () => {
    caller = callerOf(await test.newOrganization());
  });

  const run = <Result>(work: (tx: OrgTx) => Promise<Result>, organizationId = caller.organizationId): Promise<Result> =>
    test.doors.asOrganization(organizationId).transaction(work, options);
  const refused = (work: Promise<unknown>, code: ErrorCode) => expect(work).rejects.toMatchObject({ name: 'AppError', code });
  const make = (name: string, more = {}) => projects.create(caller, { name, ...more }, options);
  const actions = async (): Promise<readonly string[]> =>
    (
      await run((tx) =>
        tx.run<{ action: string }>(sql`select action from audit_entries where organization_id = ${caller.organizationId} order by seq`),
      )
    ).map(({ action }) => action);

  it('are made with what was given, and found again', async () => {
    const input = {
      name: '  The Shop ',
      slug: 'shop',
      description: 'sells',
      repositoryUrl: 'https://EXAMPLE.com:443/a/b.git',
      defaultBranch: 'main',
      maxRunningScans: 2,
    };
    const made = await projects.create(caller, input, options);
    expect(made).toMatchObject({
      ...input,
      name: 'The Shop',
      repositoryUrl: 'https://example.com/a/b.git',
      hasCredentials: false,
      revision: 1,
      organizationId: caller.organizationId,
    });
    expect(await projects.get(caller, made.id, options)).toEqual(made);
    expect(await projects.findBySlug(caller, 'shop', options)).toEqual(made);
    expect(await projects.findBySlug(caller, 'other', options)).toBeUndefined();
    const plain = await make('Plain');
    expect(plain).toMatchObject({ slug: 'plain', description: '', maxRunningScans: 4 });
    expect('repositoryUrl' in plain).toBe(false);
  });

  it('belong to one organisation: another sees nothing of them', async () => {
    const made = await make('Secret plans');
    const stranger = callerOf(await test.newOrganization());
    await refused(projects.get(stranger, made.id, options), 'not_found');
    await refused(projects.update(stranger, made.id, { name: 'Mine' }, options), 'not_found');
    await refused(projects.remove(stranger, made.id, options), 'not_found');
    await refused(projects.setCredentials(stranger, made.id, { token: 'x' }, options), 'not_found');
    expect(await projects.findBySlug(stranger, made.slug, options)).toBeUndefined();
    expect((await projects.list(stranger, {}, { limit: 10 }, options)).items).toEqual([]);
    for (const id of ['', 'x', "'; drop table projects; --", test.newId(), test.newId().toUpperCase()])
      await refused(projects.get(caller, id, options), 'not_found');
  });

  it('have slugs of their own: one asked for may be taken, one made never is', async () => {
    await make('Shop', { slug: 'shop' });
    await refused(make('Other', { slug: 'shop' }), 'slug_taken');
    const made = await Promise.all(Array.from({ length: 8 }, () => make('Shop!')));
    expect(made.map(({ slug }) => slug).sort()).toEqual(['shop-2', 'shop-3', 'shop-4', 'shop-5', 'shop-6', 'shop-7', 'shop-8', 'shop-9']);
    expect((await make('ü'.repeat(200))).slug).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect((await make('日本')).slug).toBe('project');
    const other = callerOf(await test.newOrganization());
    expect((await projects.create(other, { name: 'Shop', slug: 'shop' }, options)).slug).toBe('shop');
    const [first, second] = made;
    await refused(projects.update(caller, first?.id ?? '', { slug: second?.slug ?? '' }, options), 'slug_taken');
  });

  it.each([
    ['request_invalid', { name: ' ' }],
    ['request_invalid', { name: 'x'.repeat(201) }],
    ['request_invalid', { name: 'x', slug: 'No' }],
    ['request_invalid', { name: 'x', slug: '-a' }],
    ['request_invalid', { name: 'x', description: 'x'.repeat(4001) }],
    ['request_invalid', { name: 'x', maxRunningScans: 0 }],
    ['request_invalid', { name: 'x', maxRunningScans: 1.5 }],
    ['ref_invalid', { name: 'x', defaultBranch: '--upload-pack=x' }],
    ['url_has_credentials', { name: 'x', repositoryUrl: 'https://user:word@example.com/a' }],
    ['protocol_denied', { name: 'x', repositoryUrl: 'file:///etc' }],
    ['url_invalid', { name: 'x', repositoryUrl: 'https://example.com/a b' }],
  ] as const)('refuse what is malformed: %s %j', async (code, input) => {
    await expect(projects.create(caller, input, options)).rejects.toMatchObject({ code });
  });

  it('change field by field, one change at a time', async () => {
    const made = await make('Shop', { repositoryUrl: 'https://example.com/a', defaultBranch: 'main' });
    const changed = await projects.update(caller, made.id, { name: 'Store', defaultBranch: null }, { ...options, ifRevision: 1 });
    expect(changed).toMatchObject({ name: 'Store', slug: 'shop', repositoryUrl: 'https://example.com/a', revision: 2 });
    expect('defaultBranch' in changed).toBe(false);
    await refused(projects.update(caller, made.id, { name: 'Late' }, { ...options, ifRevision: 1 }), 'revision_conflict');
    expect((await projects.update(caller, made.id, {}, options)).revision).toBe(2);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) => projects.update(caller, made.id, { description: `d${at}` }, { ...options, ifRevision: 2 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await projects.get(caller, made.id, options)).revision).toBe(3);
    expect(await actions()).toEqual(['project.created', 'project.changed', 'project.changed']);
    expect(await run(verifyAudit)).toEqual({ state: 'intact', entries: 3 });
  });

  it('take a completed scan of their own as baseline, nothing else', async () => {
    const queued = await createQueuedScan(test, caller.organizationId);
    const { projectId, scanId } = queued.owner;
    await refused(projects.update(caller, projectId, { baselineScanId: scanId }, options), 'request_invalid');
    await run((tx) =>
      tx.change(sql`
        update scans set state = 'completed', finished_at = now(), coverage_state = 'full', gate_state = 'passed' where id = ${scanId}`),
    );
    expect((await projects.update(caller, projectId, { baselineScanId: scanId }, options)).baselineScanId).toBe(scanId);
    const other = await make('Other');
    for (const id of [scanId, test.newId(), 'x'])
      await refused(projects.update(caller, other.id, { baselineScanId: id }, options), 'request_invalid');
    expect('baselineScanId' in (await projects.update(caller, projectId, { baselineScanId: null }, options))).toBe(false);
  });

  it('are one for each repository, however it is spelled and however many ask at once', async () => {
    const ensure = (url: string) => projects.ensureForUrl(caller, url, options);
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, at) => ensure(`https://Example.com/group/shop${['', '.git', '/', '.git/'][at % 4]}`)),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ name: 'group/shop', slug: 'group-shop' });
    expect((await ensure('https://example.com/group/shop2')).id).not.toBe(all[0]?.id);
    await refused(ensure('https://example.com/a?b'), 'url_invalid');
    await refused(ensure('git@example.com:group/shop.git'), 'protocol_denied');
    for (const inside of ['https://169.254.169.254/latest', 'https://localhost/x', 'https://[::ffff:10.0.0.1]/x'])
      await refused(ensure(inside), 'address_denied');
    expect(await actions()).toEqual(['project.created', 'project.created']);
  });

  it('are listed by slug, page by page, and searched as text', async () => {
    for (let at = 0; at < 25; at += 1)
      await make(`p ${String(at).padStart(2, '0')}`, at === 7 ? { repositoryUrl: 'https://example.com/Needle' } : {});
    const slugs: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await projects.list(caller, {}, { limit: 10, ...(cursor === undefined ? {} : { cursor }) }, options);
      expect(page.total).toEqual({ value: 25, relation: 'eq' });
      slugs.push(...page.items.map(({ slug }) => slug));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(slugs).toEqual(Array.from({ length: 25 }, (_, at) => `p-${String(at).padStart(2, '0')}`));
    const found = async (search: string) => (await projects.list(caller, { search }, { limit: 50 }, options)).items.map(({ slug }) => slug);
    expect(await found('nEEdle')).toEqual(['p-07']);
    expect(await found('p-1')).toHaveLength(10);
    expect(await found('%')).toEqual([]);
    expect(await found('p_0')).toEqual([]);
    const { nextCursor = '' } = await projects.list(caller, {}, { limit: 10 }, options);
    await refused(projects.list(caller, { search: 'p' }, { limit: 10, cursor: nextCursor }, options), 'cursor_invalid');
    await refused(projects.list(callerOf(await test.newOrganization()), {}, { limit: 10, cursor: nextCursor }, options), 'cursor_invalid');
  });

  it('keep credentials that open for a worker only, and for the right project', async () => {
    const token = `tok-${randomBytes(12).toString('hex')}`;
    const url = 'https://git.example.com/team/private.git';
    const made = await make('Private', { repositoryUrl: url });
    expect(await run((tx) => projectSecrets(deps, tx, made.id, url))).toEqual({
      hmacKey: { id: expect.any(String), key: expect.any(String) },
    });
    await projects.setCredentials(caller, made.id, { username: 'robot', token }, options);
    const shown = await projects.get(caller, made.id, options);
    expect(shown).toMatchObject({ hasCredentials: true, revision: 2 });
    expect(JSON.stringify(shown)).not.toContain(token);
    const secrets = await run((tx) => projectSecrets(deps, tx, made.id, url));
    expect(secrets).toMatchObject({ gitToken: token, gitUsername: 'robot' });
    expect(Buffer.from(secrets.hmacKey.key, 'base64')).toHaveLength(32);

    const elsewhere = ['https://evil.example/team/private.git', 'http://git.example.com/x', 'https://git.example.com:8443/x', undefined];
    for (const wrong of elsewhere) expect(await run((tx) => projectSecrets(deps, tx, made.id, wrong))).not.toHaveProperty('gitToken');
    // A project that is moved to another host does not take the token along.
    await projects.update(caller, made.id, { repositoryUrl: 'https://evil.example/x' }, options);
    expect(await run((tx) => projectSecrets(deps, tx, made.id, 'https://evil.example/x'))).not.toHaveProperty('gitToken');
    await projects.update(caller, made.id, { repositoryUrl: url }, options);
    await refused(projects.setCredentials(caller, (await make('Nowhere')).id, { token }, options), 'request_invalid');

    const tables = ['projects', 'project_credentials', 'audit_entries', 'events'];
    for (const table of tables) {
      const rows = await run((tx) => tx.run<{ text: string }>(sql`select row_to_json(t)::text as text from ${sql.table(table)} t`));
      const hexOfToken = Buffer.from(token).toString('hex');
      expect(rows.some(({ text }) => text.includes(token) || text.includes(hexOfToken))).toBe(false);
    }

    const other = await make('Other');
    await run((tx) =>
      tx.change(sql`
      insert into project_credentials (organization_id, project_id, sealed, key_id)
      select organization_id, ${other.id}, sealed, key_id from project_credentials where project_id = ${made.id}`),
    );
    await refused(
      run((tx) => projectSecrets(deps, tx, other.id, url)),
      'sealed_invalid',
    );
    await refused(
      run((tx) => projectSecrets({ keyring: createKeyring(randomBytes(32)) }, tx, made.id, url)),
      'key_unknown',
    );

    await projects.setCredentials(caller, made.id, { token: 'second' }, options);
    const replaced = await run((tx) => projectSecrets(deps, tx, made.id, url));
    expect(replaced.gitToken).toBe('second');
    expect('gitUsername' in replaced).toBe(false);
    await projects.clearCredentials(caller, made.id, options);
    await projects.clearCredentials(caller, made.id, options);
    expect((await projects.get(caller, made.id, options)).hasCredentials).toBe(false);
    for (const credentials of [{ token: '' }, { token: 'a\nb' }, { token: 'x'.repeat(5000) }, { token: 'x', username: 'a\0' }])
      await refused(projects.setCredentials(caller, made.id, credentials, options), 'request_invalid');
    expect((await actions()).filter((action) => action.includes('credentials'))).toEqual([
      'project.credentials_set',
      'project.credentials_set',
      'project.credentials_cleared',
    ]);
  });

  it('go with everything they own, running scans too, and nothing of others', async () => {
    const doomed = await createQueuedScan(test, caller.organizationId);
    const spared = await createQueuedScan(test, caller.organizationId);
    const { projectId } = doomed.owner;
    await run((tx) =>
      tx.change(sql`
        insert into organization_load (organization_id, active_scans) values (${caller.organizationId}, 2)
        on conflict (organization_id) do update set active_scans = 2`),
    );
    // Ended scans, more than one batch of them.
    await run((tx) =>
      tx.change(sql`
        insert into scans (organization_id, id, created_at, project_id, state, source, ref, engines, requested_by, finished_at)
        select ${caller.organizationId}, id, uuid_v7_time(id), ${projectId}, 'cancelled', '{"type": "git"}', 'main', '{secrets}', 'test', now()
        from unnest(${Array.from({ length: 45 }, () => test.newId())}::uuid[]) as ids (id)`),
    );
    const keys: string[] = [];
    const store = async (owner: { readonly projectId?: string; readonly scanId?: string }): Promise<string> => {
      const id = test.newId();
      const storageKey = `${caller.organizationId}/test/${id}`;
      const bytes = async function* () {
        yield Buffer.from(id);
      };
      const { sizeBytes, sha256 } = await deps.blobs.put(storageKey, bytes(), { signal: test.signal, maxBytes: 100 });
      await run((tx) =>
        insertArtifact(tx, {
          id,
          type: 'result',
          state: 'available',
          filename: 'r',
          contentType: 'a/b',
          sizeBytes,
          sha256,
          storageKey,
          ...owner,
        }),
      );
      keys.push(storageKey);
      return storageKey;
    };
    await store({ projectId });
    await store({ scanId: doomed.owner.scanId });
    const kept = await store({ scanId: spared.owner.scanId });
    await projects.update(caller, projectId, { repositoryUrl: 'https://git.example.com/x' }, options);
    await projects.setCredentials(caller, projectId, { token: 'x' }, options);

    await projects.remove(caller, projectId, options);
    await refused(projects.get(caller, projectId, options), 'not_found');
    await refused(projects.remove(caller, projectId, options), 'not_found');
    const left = await run((tx) =>
      tx.one<{ scans: number; tasks: number; credentials: number; artifacts: number; load: number }>(sql`
        select (select count(*) from scans where project_id = ${projectId}) as scans,
               (select count(*) from tasks where project_id = ${projectId}) as tasks,
               (select count(*) from project_credentials where project_id = ${projectId}) as credentials,
               (select count(*) from artifacts where organization_id = ${caller.organizationId}) as artifacts,
               (select active_scans from organization_load where organization_id = ${caller.organizationId}) as load`),
    );
    expect(left).toEqual({ scans: 0, tasks: 0, credentials: 0, artifacts: 1, load: 1 });
    for (const key of keys) expect((await deps.blobs.stat(key, options)) !== undefined).toBe(key === kept);
    expect(await projects.get(caller, spared.owner.projectId, options)).toBeDefined();
    expect((await actions()).at(-1)).toBe('project.removed');
    expect(await run(verifyAudit)).toMatchObject({ state: 'intact' });
  });
});
