import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { madeRequests } from '../../test/support/made-requests.ts';
import { madePlainFinding } from '../../test/support/queued-scan.ts';
import { rawRequest, startRest, type TestRest } from '../../test/support/rest-server.ts';
import { createScanWorld, type ScanWorld } from '../../test/support/scan-world.ts';
import { placeEvents } from '../app/events/relay.ts';
import { diagnose } from '../app/health/diagnose.ts';
import { createQueueGauges } from '../app/metrics/queue-gauges.ts';
import { finaliseScans } from '../app/scheduling/finalise.ts';
import { createUseCases } from '../compose/use-cases.ts';
import { allOperations } from '../roles/api.ts';
import { auditAfter } from '../store/audit.ts';
import { createPrometheusMetrics } from '../vendors/prom-client.ts';
import type { OpenApiDocument } from './openapi/document.ts';
import type { ArtifactCreatedWire } from './wire/artifacts.ts';
import type { DiagnosisWire } from './wire/diagnosis.ts';
import type { FindingWire } from './wire/findings.ts';
import type { IssueDetailWire, IssueWire } from './wire/issues.ts';
import type { JobAcceptedWire, JobWire } from './wire/jobs.ts';
import type { PageWire } from './wire/page.ts';
import type { ProblemWire } from './wire/problem.ts';
import type { ProjectWire } from './wire/projects.ts';
import type { RetentionRunWire } from './wire/retention.ts';
import type { ScanDetailWire, ScanWire } from './wire/scans.ts';

const rulesDir = fileURLToPath(new URL('../../rules', import.meta.url));
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describeDatabases('the API', (open) => {
  let test: TestDatabase;
  const servers: TestRest[] = [];
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => Promise.all(servers.map(({ server }) => server.close({ graceMs: 0 }))));

  const start = async (): Promise<{ readonly world: ScanWorld; readonly rest: TestRest; readonly scratchDir: string }> => {
    const world = await createScanWorld(test);
    const scratchDir = await test.newFolder();
    const metrics = createPrometheusMetrics();
    const gauges = createQueueGauges({ system: test.doors.system, metrics });
    const rest = await startRest({
      operations: allOperations({
        toolVersion: '1.2.3',
        checkReadiness: async () => ({ isReady: false, checks: [{ name: 'database', isOk: false, detail: 'no answer' }] }),
        renderMetrics: async (options) => {
          await gauges.refresh(options);
          return metrics.render();
        },
      }),
      useCases: createUseCases(world.deps, {
        rulesDir,
        scratchDir,
        toolVersion: '1.2.3',
        diagnose: (options) =>
          diagnose(
            {
              system: test.doors.system,
              blobs: world.deps.blobs,
              pendingMigrations: async () => [],
              database: 'a database',
              versions: { sightline: '1.2.3', node: '24', platform: 'linux-x64' },
              servingMs: () => 0,
            },
            options,
          ),
      }),
      organizationId: world.caller.organizationId,
    });
    servers.push(rest);
    return { world, rest, scratchDir };
  };

  const json = async <Body>(answer: Promise<Response>, status = 200): Promise<Body> => {
    const response = await answer;
    const text = await response.text();
    expect([response.status, response.status === status ? '' : text]).toEqual([status, '']);
    return JSON.parse(text) as Body;
  };
  const codeOf = async (answer: Promise<Response>): Promise<string> => {
    const response = await answer;
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return ((await response.json()) as ProblemWire).code;
  };
  const fix = { startLine: 1, startColumn: 2, endLine: 3, endColumn: 4, replacement: 'good()', fileDigest: 'd'.repeat(64) };
  const fixedRange = { start_line: 1, start_column: 2, end_line: 3, end_column: 4 };
  const completed = async (world: ScanWorld, scanId: string): Promise<void> => {
    const scan = await world.scans.get(world.caller, scanId, world.options);
    for (const task of await world.tasksOf(scan)) await world.finish(task, { findings: [{ ...madePlainFinding(), fix }], analysed: ['a'] });
    await finaliseScans(world.deps, world.options);
    await placeEvents(world.deps, world.options);
  };

  it('keeps projects, and refuses changes to what somebody else has changed', async () => {
    const { rest } = await start();
    const created = await rest.send('POST', '/api/v1/projects', { name: 'Shop' });
    const etag = created.headers.get('etag') ?? '';
    const project = await json<ProjectWire>(Promise.resolve(created), 201);
    expect(created.headers.get('location')).toBe(`/api/v1/projects/${project.id}`);
    expect(project).toMatchObject({ slug: 'shop', name: 'Shop', repository_url: null, has_credentials: false });
    const path = `/api/v1/projects/${project.id}`;
    expect(await codeOf(rest.send('POST', '/api/v1/projects', { name: 'Other', slug: 'shop' }))).toBe('slug_taken');
    const changed = await json<ProjectWire>(rest.send('PATCH', path, { description: 'All of it' }, { 'if-match': etag }));
    expect(changed.description).toBe('All of it');
    expect(await codeOf(rest.send('PATCH', path, { description: 'x' }, { 'if-match': etag }))).toBe('revision_conflict');
    expect(await codeOf(rest.send('PATCH', path, { organization_id: project.id }))).toBe('request_invalid');
    expect((await rest.send('PATCH', path, { repository_url: 'https://git.example.com/shop' })).status).toBe(200);
    expect((await rest.send('PUT', `${path}/credentials`, { token: 'secret-of-the-project' })).status).toBe(204);
    const shown = await rest.ask(path).then((response) => response.text());
    expect(shown).toContain('"has_credentials":true');
    expect(shown).not.toContain('secret-of-the-project');
    expect((await rest.send('DELETE', `${path}/credentials`)).status).toBe(204);
    const page = await json<PageWire<ProjectWire>>(rest.ask('/api/v1/projects?search=sho&limit=1&total=exact'));
    expect([page.items.map(({ id }) => id), page.total]).toEqual([[project.id], { value: 1, relation: 'eq' }]);
    expect((await rest.send('DELETE', path)).status).toBe(204);
    expect(await codeOf(rest.ask(path))).toBe('not_found');
  });

  it('takes a scan, shows how it goes and what it found, exports, triages, deletes', async () => {
    const { world, rest } = await start();
    const body = { project_id: world.projectId, source: { type: 'git', url: 'https://git.example.com/a.git' }, engines: ['secrets'] };
    const key = { 'idempotency-key': 'one' };
    const scan = await json<ScanWire>(rest.send('POST', '/api/v1/scans', body, key), 202);
    expect((await json<ScanWire>(rest.send('POST', '/api/v1/scans', body, key))).id).toBe(scan.id);
    expect(await codeOf(rest.send('POST', '/api/v1/scans', { ...body, force: true }, key))).toBe('idempotency_conflict');
    const path = `/api/v1/scans/${scan.id}`;
    expect(await codeOf(rest.ask(`${path}/sarif`))).toBe('scan_not_completed');
    await completed(world, scan.id);

    const detail = await json<ScanDetailWire>(rest.ask(path));
    expect(detail).toMatchObject({ state: 'completed', coverage_state: 'full', findings_total: 1, coverage: { files_analysed: 1 } });
    expect(detail.tasks).toHaveLength(1);
    const found = await json<PageWire<FindingWire>>(rest.ask(`${path}/findings?severity=critical,high,medium,low,info`));
    expect(found.items).toHaveLength(1);
    expect(await codeOf(rest.ask(`${path.slice(0, -4)}0000/findings`))).toBe('not_found');
    const [finding] = found.items;
    expect(finding?.fix).toEqual({ ...fixedRange, replacement: fix.replacement, file_digest: fix.fileDigest });
    expect((await json<FindingWire>(rest.ask(`/api/v1/findings/${finding?.id}`))).issue_id).not.toBeNull();
    for (const part of ['logs', 'rules', 'coverage']) await json(rest.ask(`${path}/${part}`));
    const sarif = await rest.ask(`${path}/sarif`);
    expect(sarif.headers.get('content-type')).toBe('application/sarif+json');
    const log = (await sarif.json()) as { readonly runs: readonly { readonly results: readonly unknown[] }[] };
    const { startLine, startColumn, endLine, endColumn, replacement } = fix;
    const change = { deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent: { text: replacement } };
    expect(log.runs.flatMap(({ results }) => results)).toEqual([
      expect.objectContaining({
        ruleId: finding?.rule_id,
        fixes: [expect.objectContaining({ artifactChanges: [expect.objectContaining({ replacements: [change] })] })],
      }),
    ]);

    const issues = await json<PageWire<IssueWire>>(rest.ask(`/api/v1/issues?project_id=${world.projectId}&sort=severity`));
    const [issue] = issues.items;
    const triaged = await json<IssueDetailWire>(rest.send('POST', `/api/v1/issues/${issue?.id}/triage`, { triage: 'confirmed' }));
    expect([triaged.triage, triaged.decisions.length, triaged.refs.length]).toEqual(['confirmed', 1, 1]);
    const many = await json(
      rest.send('POST', '/api/v1/issues/triage', { issue_ids: [issue?.id], triage: 'false_positive', reason: 'a test' }),
    );
    expect(many).toEqual({ changed: 1 });
    expect((await json<PageWire<FindingWire>>(rest.ask(`/api/v1/issues/${issue?.id}/findings`))).items).toHaveLength(1);

    expect(await json(rest.ask('/api/v1/scans/summary'))).toMatchObject({ total: 1, active: 0, completed_today: 1 });
    expect(await codeOf(rest.send('POST', `${path}/cancel`))).toBe('scan_ended');
    expect((await rest.send('DELETE', path)).status).toBe(204);
    expect(await codeOf(rest.ask(path))).toBe('not_found');
  });

  it('tells what happens as it happens, and goes on where a client stopped', async () => {
    const { world, rest } = await start();
    const { scan } = await world.submit();
    await completed(world, scan.id);
    const read = async (headers: Record<string, string>, until: string): Promise<string> => {
      const stop = new AbortController();
      const response = await rest.ask(`/api/v1/scans/${scan.id}/events`, { headers, signal: stop.signal });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        if (text.includes(until)) break;
      }
      stop.abort();
      return text;
    };
    const all = await read({}, 'event: scan.completed');
    const ids = [...all.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids.length).toBeGreaterThan(3);
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
    expect(all).toMatch(/^event: scan\.created$/m);
    const rest2 = await read({ 'last-event-id': String(ids.at(-2)) }, 'event: scan.completed');
    expect([...rest2.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(ids.slice(-1));
    expect(await codeOf(rest.ask('/api/v1/events', { headers: { 'last-event-id': 'x' } }))).toBe('request_invalid');
  });

  it('moves artifacts by signed URLs alone', async () => {
    const { rest } = await start();
    const bytes = Buffer.from('the bytes of an archive');
    const created = await json<ArtifactCreatedWire>(
      rest.send('POST', '/api/v1/artifacts', {
        type: 'source',
        filename: 'ü "x".zip',
        content_type: 'application/zip',
        size_bytes: bytes.length,
        sha256: sha256Of(bytes),
      }),
      201,
    );
    const path = `/api/v1/artifacts/${created.artifact.id}`;
    expect(await codeOf(rest.send('POST', `${path}/download`))).toBe('artifact_not_ready');
    const put = (url: string, body: Buffer) =>
      rest.ask(url, { method: 'PUT', body: new Uint8Array(body), headers: { authorization: '', ...created.upload.headers } });
    expect(await codeOf(put(`${created.upload.url}x`, bytes))).toBe('signature_invalid');
    expect(await codeOf(put(created.upload.url, Buffer.from('the bytes of another!!!')))).toBe('artifact_integrity');
    expect(await json(put(created.upload.url, bytes))).toMatchObject({ state: 'available', size_bytes: bytes.length });
    const { url } = await json<ArtifactCreatedWire['upload']>(rest.send('POST', `${path}/download`));
    const download = await rest.ask(url, { headers: { authorization: '' } });
    expect(Buffer.from(await download.arrayBuffer())).toEqual(bytes);
    expect(download.headers.get('content-disposition')).toBe(`attachment; filename="___x_.zip"; filename*=UTF-8''%C3%BC%20%22x%22.zip`);
    expect(download.headers.get('content-security-policy')).toContain('sandbox');
    expect((await rest.send('DELETE', path)).status).toBe(204);
    expect(await codeOf(rest.ask(url, { headers: { authorization: '' } }))).toBe('artifact_expired');
    for (const line of rest.log) expect(JSON.stringify(line)).not.toContain(new URL(url, 'http://x').searchParams.get('signature'));
  });

  it('imports a SARIF log that comes as a stream, and leaves nothing of it lying about', async () => {
    const { world, rest, scratchDir } = await start();
    const path = `/api/v1/imports?project_id=${world.projectId}&ref=main`;
    const body = JSON.stringify({ version: '2.1.0', runs: [] });
    const headers = { 'content-type': 'application/sarif+json' };
    const first = await rest.ask(path, { method: 'POST', body, headers });
    const scan = await json<ScanWire>(Promise.resolve(first), 202);
    expect(scan).toMatchObject({ kind: 'import', ref: 'main', source: { type: 'artifact', filename: 'import.sarif' } });
    expect([first.headers.get('location'), first.headers.get('etag')]).toEqual([`/api/v1/scans/${scan.id}`, expect.any(String)]);
    expect(await json(rest.ask(path, { method: 'POST', body, headers }), 200)).toEqual(scan);
    expect(await codeOf(rest.ask(path, { method: 'POST', body: '', headers }))).toBe('request_invalid');
    expect(await readdir(scratchDir)).toEqual([]);
  });

  it('serves the clients of scan-agent as its document says', async () => {
    const { world, rest } = await start();
    const answer = await json<JobAcceptedWire>(
      rest.send('POST', '/scan/repo', {
        repo_url: 'https://github.com/owner/repo.git',
        branch: null,
        claude_cli_args: null,
        scan_options: { engines: ['secrets'], other: 1 },
      }),
    );
    expect(answer.message).toBe('Scan job created successfully');
    const other = await json<JobAcceptedWire>(
      rest.send('POST', '/scan/repo', { repo_url: 'https://github.com/owner/repo.git', branch: 'dev' }),
    );
    expect(await json<JobWire>(rest.ask(`/jobs/${answer.job_id}`))).toMatchObject({ type: 'scan_repo', status: 'pending', result: null });
    await completed(world, answer.job_id);
    const job = await json<JobWire>(rest.ask(`/jobs/${answer.job_id}`));
    expect(job).toMatchObject({
      status: 'completed',
      error: null,
      result: { results: { vulnerability_count: 1 }, vulnerabilities_stored: 1 },
    });
    expect(job.result?.results.vulnerabilities).toHaveLength(1);
    await json(rest.send('POST', `/jobs/${other.job_id}/cancel`));
    expect(await json<JobWire>(rest.ask(`/jobs/${other.job_id}`))).toMatchObject({
      status: 'failed',
      error: 'Job was cancelled: cancelled by operator',
    });
    const listed = async (query: string) => (await json<readonly JobWire[]>(rest.ask(`/jobs${query}`))).map(({ id }) => id);
    expect(await listed('')).toEqual([other.job_id, answer.job_id]);
    expect(await listed('?status=completed&limit=1')).toEqual([answer.job_id]);
    expect(await codeOf(rest.ask('/jobs?status=done'))).toBe('request_invalid');
    expect((await json<PageWire<ProjectWire>>(rest.ask('/api/v1/projects?search=owner'))).items).toHaveLength(1);
  });

  it('shows engines, rules, tasks, workers, and how it is itself', async () => {
    const { world, rest } = await start();
    await world.submit();
    const engines = await json<{ readonly items: readonly { readonly name: string; readonly rule_count: number }[] }>(
      rest.ask('/api/v1/engines'),
    );
    expect(engines.items.find(({ name }) => name === 'secrets')?.rule_count).toBeGreaterThan(50);
    const rules = await json<{ readonly items: readonly { readonly id: string }[] }>(
      rest.ask('/api/v1/rules?engine=secrets&search=github'),
    );
    expect(rules.items.length).toBeGreaterThan(1);
    await json(rest.ask(`/api/v1/rules/secrets/${encodeURIComponent(rules.items[0]?.id ?? '')}`));
    expect(await codeOf(rest.ask('/api/v1/rules?engine=none'))).toBe('engine_unknown');
    expect((await json<PageWire<unknown>>(rest.ask('/api/v1/tasks?state=queued,leased'))).items.length).toBeGreaterThan(0);
    for (const path of ['/api/v1/dead-letters', '/api/v1/workers', '/api/v1/openapi.json']) await json(rest.ask(path));
    const without = { headers: { authorization: '' } };
    expect(await json(rest.ask('/health', without))).toEqual({ status: 'healthy', service: 'sightline', version: '1.2.3' });
    expect(await json(rest.ask('/ready', without), 503)).toEqual({
      status: 'not_ready',
      checks: [{ name: 'database', ok: false, detail: 'no answer' }],
    });
    expect(await codeOf(rest.ask('/metrics', without))).toBe('unauthenticated');
    const metrics = await rest.ask('/metrics').then((response) => response.text());
    expect(metrics).toMatch(/^sightline_tasks_queued\{priority="interactive"\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^sightline_scans_active [1-9]\d*$/m);
    expect(metrics).toMatch(/^sightline_events_unplaced [1-9]\d*$/m);
    const browser = await rawRequest(rest.port, { path: '/api/v1/docs', headers: { authorization: `Basic ${btoa('me:slo_test_token')}` } });
    expect([browser.status, browser.body.slice(0, 15)]).toEqual([200, '<!doctype html>']);
  });

  it('runs the cleaner and says who asked for it; a rehearsal removes nothing', async () => {
    const { world, rest } = await start();
    const { scan } = await world.submit();
    await completed(world, scan.id);
    await world.run((tx) =>
      tx.change(
        sql`update scans set finished_at = finished_at - interval '100 days' where organization_id = ${world.caller.organizationId}`,
      ),
    );
    const clean = async (body?: unknown): Promise<readonly [boolean, number, number]> => {
      const run = await json<RetentionRunWire>(rest.send('POST', '/api/v1/retention/runs', body));
      return [run.dry_run, run.statistics.scans, run.statistics.findings];
    };
    // The newest complete scan of its branch stays unless somebody says otherwise.
    expect(await clean({ dry_run: true })).toEqual([true, 0, 0]);
    expect(await clean({ dry_run: true, keep_latest: false })).toEqual([true, 1, 1]);
    expect(await clean()).toEqual([false, 0, 0]);
    expect(await clean({ keep_latest: false })).toEqual([false, 1, 1]);
    expect(await codeOf(rest.ask(`/api/v1/scans/${scan.id}`))).toBe('not_found');
    const entries = (await world.run((tx) => auditAfter(tx, 0, 100))).filter(({ action }) => action === 'retention.requested');
    expect(entries.map(({ actor, data }) => [actor, data['keep_latest']])).toEqual([
      ['operator', true],
      ['operator', false],
    ]);
  });

  it('examines itself', async () => {
    const { world, rest } = await start();
    const { scan } = await world.submit();
    const found = await json<DiagnosisWire>(rest.ask('/api/v1/diagnosis'));
    expect(found.versions).toEqual({ sightline: '1.2.3', node: '24', platform: 'linux-x64', postgresql: null });
    const checks = Object.fromEntries(found.checks.map((check) => [check.name, check.is_ok]));
    expect(checks).toMatchObject({ database: true, migrations: true, storage: true, events: true, scans: true });
    expect(found.invariants.length).toBeGreaterThan(15);
    expect(found.skipped).toEqual({
      ids: ['scan-ends', 'lease-is-reaped', 'events-placed'],
      reason: 'they hold once a server has run for 120 s; this one started 0 s ago',
    });
    // Other tests store results by halves; this scan is as it should be until it is spoilt.
    const brokenBy = ({ invariants }: DiagnosisWire): readonly string[] =>
      invariants.filter(({ offenders }) => offenders.some((what) => what.includes(scan.id))).map(({ id }) => id);
    expect(brokenBy(found)).toEqual([]);
    const spoil = (by: number) =>
      world.run((tx) =>
        tx.change(sql`update scans set high_count = high_count + ${by}, findings_total = findings_total + ${by} where id = ${scan.id}`),
      );
    await spoil(1);
    const spoilt = await json<DiagnosisWire>(rest.ask('/api/v1/diagnosis'));
    await spoil(-1);
    expect([spoilt.is_healthy, brokenBy(spoilt)]).toEqual([false, ['scan-counts-findings']]);
  });

  it('never fails, whatever it is asked, and never shows one organisation the things of another', async () => {
    const [own, foreign] = [await start(), await start()];
    const theirs = await foreign.world.submit();
    const ours = await own.world.submit();
    await completed(own.world, (await own.world.submit()).scan.id);
    const [task] = await own.world.tasksOf(ours.scan);
    const [issue] = (await json<PageWire<IssueWire>>(own.rest.ask('/api/v1/issues'))).items;
    const [finding] = (await json<PageWire<FindingWire>>(own.rest.ask('/api/v1/findings'))).items;
    const foreignIds = [theirs.scan.id, theirs.scan.projectId];
    const ids = [ours.scan.id, own.world.projectId, task?.id, issue?.id, finding?.id, ...foreignIds].flatMap((id) => id ?? []);
    const document = await json<OpenApiDocument>(own.rest.ask('/api/v1/openapi.json'));
    const before = await foreign.rest.ask(`/api/v1/scans/${theirs.scan.id}`).then((response) => response.text());
    const statuses = new Set<number>();
    const answered = new Set<string>();
    await fc.assert(
      fc.asyncProperty(madeRequests(document, ids), async ({ operationId, method, url, headers, body }) => {
        const response = await own.rest.ask(url, { method, headers, ...(body === undefined ? {} : { body }) });
        const text = await response.text();
        statuses.add(response.status);
        if (response.status < 300) answered.add(operationId);
        expect([response.status < 500, text]).toEqual([true, text]);
        expect(foreignIds.filter((id) => response.status < 400 && text.includes(`"id":"${id}"`))).toEqual([]);
      }),
      { numRuns: 600 },
    );
    // Otherwise it was noise that was refused at the door.
    expect(answered.size).toBeGreaterThan(15);
    for (const status of [200, 400, 404]) expect(statuses).toContain(status);
    expect(await foreign.rest.ask(`/api/v1/scans/${theirs.scan.id}`).then((response) => response.text())).toBe(before);
  });
});
