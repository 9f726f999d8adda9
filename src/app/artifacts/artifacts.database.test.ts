import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { callerOf, createTestDependencies, type TestDependencies } from '../../../test/support/app-dependencies.ts';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createQueuedScan } from '../../../test/support/queued-scan.ts';
import type { Caller } from '../../domain/caller.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import type { Artifacts, NewArtifact, SignedUrl } from './artifacts.ts';
import { createArtifacts } from './create-artifacts.ts';

const hour = 3_600_000;

describeDatabases('artifacts', (open) => {
  let test: TestDatabase;
  let deps: TestDependencies;
  let artifacts: Artifacts;
  let caller: Caller;
  let options: { readonly signal: AbortSignal };
  /** Moves what signed URLs and ends are compared with. */
  let laterMs = 0;
  beforeAll(async () => {
    test = await open();
    const made = await createTestDependencies(test, { maxUploadBytes: 100_000 });
    deps = { ...made, clock: { now: () => Date.now() + laterMs } };
    artifacts = createArtifacts(deps);
    options = { signal: test.signal };
  });
  beforeEach(async () => {
    laterMs = 0;
    caller = callerOf(await test.newOrganization());
  });

  const bytes = randomBytes(50_000);
  async function* inChunks(content: Uint8Array = bytes): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 7000) yield content.subarray(at, at + 7000);
  }
  const input = (more: Partial<NewArtifact> = {}): NewArtifact => ({
    type: 'source',
    filename: 'shop.zip',
    contentType: 'application/zip',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...more,
  });
  const create = (more: Partial<NewArtifact> = {}) => artifacts.create(caller, input(more), options);
  const send = (upload: SignedUrl, content?: Uint8Array) =>
    artifacts.receive({ method: upload.method, url: upload.path }, inChunks(content), options);
  const fetch = async (download: SignedUrl): Promise<Buffer> => {
    const served = await artifacts.serve({ method: download.method, url: download.path }, options);
    const parts: Uint8Array[] = [];
    for await (const part of served.bytes) parts.push(part);
    return Buffer.concat(parts);
  };
  const refused = (work: Promise<unknown>, code: ErrorCode) => expect(work).rejects.toMatchObject({ name: 'AppError', code });
  const change = (statement: ReturnType<typeof sql>): Promise<number> =>
    test.doors.asOrganization(caller.organizationId).transaction((tx) => tx.change(statement), options);

  it('waits for so many uploads and bytes at once, however many announce theirs at the same moment', async () => {
    const bounded = createArtifacts({ ...deps, limits: { ...deps.limits, maxPendingUploads: 3, maxPendingUploadBytes: 3 * bytes.length } });
    const announce = (more: Partial<NewArtifact> = {}) => bounded.create(caller, input(more), options);
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => announce({ sizeBytes: 1 })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await refused(announce(), 'uploads_full');
    // What is over in one way or another makes room.
    const [first, second, third] = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value.artifact.id] : []));
    await bounded.remove(caller, first ?? '', options);
    await change(sql`update artifacts set expires_at = clock_timestamp() - interval '1 second' where id = ${second ?? ''}`);
    await change(sql`update artifacts set state = 'available' where id = ${third ?? ''}`);
    const { upload } = await announce({ sizeBytes: bytes.length });
    await announce({ sizeBytes: 2 * bytes.length });
    await refused(announce({ sizeBytes: 1 }), 'uploads_full');
    await send(upload);
    await announce({ sizeBytes: 1 });
    expect((await artifacts.list(callerOf(await test.newOrganization()), {}, { limit: 5 }, options)).items).toEqual([]);
  });

  it('are announced, sent, and got back as they were', async () => {
    const { artifact, upload } = await create();
    expect(artifact).toMatchObject({ ...input(), state: 'pending', organizationId: caller.organizationId });
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'content-type': 'application/octet-stream' } });
    await refused(artifacts.download(caller, artifact.id, options), 'artifact_not_ready');
    const stored = await send(upload);
    expect(stored).toMatchObject({ id: artifact.id, state: 'available' });
    expect(await artifacts.get(caller, artifact.id, options)).toEqual(stored);
    expect((stored.expiresAt?.getTime() ?? 0) - (stored.availableAt?.getTime() ?? 0)).toBe(24 * hour);
    expect(await fetch(await artifacts.download(caller, artifact.id, options))).toEqual(bytes);
  });

  it('take the same upload again, and no other', async () => {
    const { artifact, upload } = await create();
    const [first, second] = await Promise.all([send(upload), send(upload)]);
    expect(second.id).toBe(first.id);
    expect(await send(upload)).toMatchObject({ id: artifact.id, state: 'available' });
    const other = Buffer.from(bytes);
    other[0] = (other[0] ?? 0) ^ 1;
    await refused(send(upload, other), 'artifact_integrity');
    expect(await fetch(await artifacts.download(caller, artifact.id, options))).toEqual(bytes);
  });

  it('stay pending when the bytes are not those declared', async () => {
    const { artifact, upload } = await create();
    for (const content of [bytes.subarray(1), Buffer.concat([bytes, Buffer.from('x')]), randomBytes(bytes.length), Buffer.alloc(0)])
      await refused(send(upload, content), 'artifact_integrity');
    expect(await artifacts.get(caller, artifact.id, options)).toMatchObject({ state: 'pending' });
    expect(await deps.blobs.stat(artifact.storageKey, options)).toBeUndefined();
    await send(upload);
  });

  it('move by their own URLs only, in time', async () => {
    const { artifact, upload } = await create();
    const { upload: otherUpload } = await create({ sizeBytes: 1 });
    const receive = (method: string, url: string) => artifacts.receive({ method, url }, inChunks(), options);
    await refused(receive('GET', upload.path), 'signature_invalid');
    await refused(receive('PUT', upload.path.replace(artifact.id, test.newId())), 'signature_invalid');
    await refused(
      receive('PUT', upload.path.replace(/signature=.*/, otherUpload.path.replace(/.*signature=/, 'signature='))),
      'signature_invalid',
    );
    await refused(artifacts.serve({ method: 'GET', url: upload.path }, options), 'signature_invalid');
    await send(upload);
    const download = await artifacts.download(caller, artifact.id, options);
    await refused(receive('PUT', download.path), 'signature_invalid');
    await refused(receive('GET', download.path), 'signature_invalid');
    await refused(artifacts.serve({ method: 'PUT', url: upload.path }, options), 'signature_invalid');
    laterMs = hour + 1000;
    await refused(fetch(download), 'signature_invalid');
    expect(await fetch(await artifacts.download(caller, artifact.id, options))).toEqual(bytes);
    laterMs = 24 * hour + 1000;
    await refused(send(upload), 'signature_invalid');
    await refused(artifacts.download(caller, artifact.id, options), 'artifact_expired');
  });

  it('end when they were asked to, counted from their arrival', async () => {
    const { artifact, upload } = await create({ expiresInMs: 60_000 });
    expect(upload.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
    await change(
      sql`update artifacts set created_at = created_at - interval '50 seconds', expires_at = expires_at - interval '50 seconds' where id = ${artifact.id}`,
    );
    const stored = await send(upload);
    expect((stored.expiresAt?.getTime() ?? 0) - (stored.availableAt?.getTime() ?? 0)).toBe(60_000);
    const download = await artifacts.download(caller, artifact.id, options);
    laterMs = 61_000;
    await refused(fetch(download), 'artifact_expired');
    await refused(artifacts.download(caller, artifact.id, options), 'artifact_expired');
  });

  it.each([
    ['size_limit', { sizeBytes: 100_001 }],
    ['request_invalid', { sizeBytes: -1 }],
    ['request_invalid', { sha256: 'AB'.repeat(32) }],
    ['request_invalid', { sha256: 'ab' }],
    ['request_invalid', { filename: '../etc/passwd' }],
    ['request_invalid', { filename: 'a\r\nb' }],
    ['request_invalid', { filename: '' }],
    ['request_invalid', { contentType: 'text/html\r\nx: y' }],
    ['request_invalid', { contentType: 'text/html; charset=x' }],
    ['request_invalid', { expiresInMs: 1 }],
    ['not_found', { projectId: '01900000-0000-7000-8000-00000000dead' }],
  ] as const)('are not announced with nonsense: %s %j', async (code, more) => {
    await expect(create(more)).rejects.toMatchObject({ code });
  });

  it('belong to one organisation', async () => {
    const { artifact, upload } = await create();
    await send(upload);
    const stranger = callerOf(await test.newOrganization());
    await refused(artifacts.get(stranger, artifact.id, options), 'not_found');
    await refused(artifacts.download(stranger, artifact.id, options), 'not_found');
    await refused(artifacts.remove(stranger, artifact.id, options), 'not_found');
    expect((await artifacts.list(stranger, {}, { limit: 10 }, options)).items).toEqual([]);
    expect(artifact.storageKey.startsWith(`${caller.organizationId}/`)).toBe(true);
  });

  it('are listed newest first, page by page, without those deleted', async () => {
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      made.unshift((await create({ type: at % 2 === 0 ? 'source' : 'sarif' })).artifact.id);
      test.clock.advance(5);
    }
    const first = await artifacts.list(caller, {}, { limit: 3 }, options);
    const second = await artifacts.list(caller, {}, { limit: 3, cursor: first.nextCursor ?? '' }, options);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeUndefined();
    expect((await artifacts.list(caller, { type: 'sarif' }, { limit: 10 }, options)).items).toHaveLength(2);
    await artifacts.remove(caller, made[0] ?? '', options);
    expect((await artifacts.list(caller, {}, { limit: 10 }, options)).total).toEqual({ value: 4, relation: 'eq' });
  });

  it('are deleted with their bytes, also while these are on their way, but not from under a scan', async () => {
    const { artifact, upload } = await create();
    await send(upload);
    const { name } = await createQueuedScan(test, caller.organizationId);
    await change(
      sql`update scans set source = jsonb_build_object('type', 'artifact', 'artifact_id', ${artifact.id}::text) where id = ${name.scanId}`,
    );
    await refused(artifacts.remove(caller, artifact.id, options), 'artifact_in_use');
    await change(sql`update scans set state = 'cancelled', finished_at = now() where id = ${name.scanId}`);
    const download = await artifacts.download(caller, artifact.id, options);
    await artifacts.remove(caller, artifact.id, options);
    await artifacts.remove(caller, artifact.id, options);
    expect(await deps.blobs.stat(artifact.storageKey, options)).toBeUndefined();
    await refused(fetch(download), 'artifact_expired');
    await refused(send(upload), 'artifact_expired');

    const late = await create();
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 10);
      await artifacts.remove(caller, late.artifact.id, options);
      yield bytes.subarray(10);
    };
    await refused(artifacts.receive({ method: 'PUT', url: late.upload.path }, slow(), options), 'artifact_expired');
    expect(await deps.blobs.stat(late.artifact.storageKey, options)).toBeUndefined();
  });
});
