import type { Artifact } from '../../domain/artifact.ts';
import type { Caller } from '../../domain/caller.ts';
import type { EventType } from '../../domain/event.ts';
import { isTerminalScan, type ScanRecord, type ScanSource, scanNameOf } from '../../domain/scan-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { uuidV7Time } from '../../lib/uuid-v7.ts';
import { findArtifact } from '../../store/artifacts.ts';
import { appendAudit } from '../../store/audit.ts';
import { appendEvents } from '../../store/events.ts';
import { takeScanPlace } from '../../store/organization-load.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { holdProject } from '../../store/scan-projects.ts';
import { findScan, insertScan } from '../../store/scans.ts';
import { findSubmissionKey, holdSubmissionKey, putSubmissionKey } from '../../store/submission-keys.ts';
import { insertTasks } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import type { Submitted } from './scans.ts';
import { activeKeyOf, type Submission } from './submission.ts';

type AcceptDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'dispatcher' | 'limits'>;

const idempotencyLifeMs = 86_400_000;
/** Seconds after which a refused caller may ask again: a queue that is full empties by scans that end. */
const retryAfterSeconds = 30;

/** Whose bytes are there and will be, at least for now. A scan that has not ended keeps its artifact. */
const artifactOf = async (tx: OrgTx, { source, kind, projectId }: Submission, nowMs: number): Promise<Artifact | undefined> => {
  if (source.type !== 'artifact') return undefined;
  const artifact = uuidV7Time(source.artifactId) === undefined ? undefined : await findArtifact(tx, source.artifactId, 'share');
  const wanted = kind === 'import' ? 'sarif' : 'source';
  if (artifact === undefined || artifact.type !== wanted || (artifact.projectId !== undefined && artifact.projectId !== projectId)) {
    throw notFound('artifact', source.artifactId, `It must be of type "${wanted}" and belong to the project, or to none.`);
  }
  if (artifact.state === 'pending') {
    throw new AppError('artifact_not_ready', `the bytes of artifact ${artifact.id} have not arrived yet`, {
      hint: 'PUT them to its upload URL first.',
    });
  }
  if (artifact.state === 'deleted' || (artifact.expiresAt !== undefined && artifact.expiresAt.getTime() <= nowMs)) {
    throw new AppError('artifact_expired', `artifact ${artifact.id} is no longer kept`, { hint: 'Upload it again.' });
  }
  return artifact;
};

/** The scan the caller's own key stands for. */
const byIdempotencyKey = async (tx: OrgTx, { idempotency }: Submission): Promise<ScanRecord | undefined> => {
  if (idempotency === undefined) return undefined;
  await holdSubmissionKey(tx, 'idempotency', idempotency.key);
  const known = await findSubmissionKey(tx, 'idempotency', idempotency.key);
  if (known === undefined) return undefined;
  if (known.requestSha256 !== idempotency.requestSha256) {
    throw new AppError('idempotency_conflict', 'the Idempotency-Key was used for another request', {
      hint: 'Use a new key for each new request, the same key only to repeat one.',
    });
  }
  return findScan(tx, known);
};

const byActiveKey = async (tx: OrgTx, activeKey: string, force: boolean): Promise<ScanRecord | undefined> => {
  await holdSubmissionKey(tx, 'active', activeKey);
  if (force) return undefined;
  const known = await findSubmissionKey(tx, 'active', activeKey);
  const scan = known === undefined ? undefined : await findScan(tx, known);
  return scan === undefined || isTerminalScan(scan.state) ? undefined : scan;
};

const store = async (
  deps: AcceptDependencies,
  tx: OrgTx,
  caller: Caller,
  submission: Submission,
  artifact: Artifact | undefined,
): Promise<ScanRecord> => {
  const { plan, projectId, priority } = submission;
  const source: ScanSource =
    submission.source.type === 'git' || artifact === undefined ? submission.source : { ...submission.source, filename: artifact.filename };
  const id = deps.newId();
  const createdAt = uuidV7Time(id);
  if (createdAt === undefined) throw new TypeError('ids of scans must be version 7 UUIDs');
  const { force: _force, idempotency: _idempotency, plan: _plan, ...fields } = submission;
  const scan = await insertScan(
    tx,
    { ...fields, source, id, engines: plan.engines, requestedBy: caller.actor, traceId: caller.requestId, tasksTotal: plan.tasks.length },
    createdAt,
  );
  await insertTasks(tx, {
    scan: scanNameOf(scan),
    projectId,
    priority,
    maxAttempts: deps.limits.maxAttempts,
    timeoutMs: Math.min(deps.limits.taskTimeoutMs, submission.timeoutMs),
    tasks: plan.tasks.map((task) => ({ ...task, id: deps.newId() })),
  });
  return scan;
};

const appendRecords = async (deps: AcceptDependencies, tx: OrgTx, caller: Caller, scan: ScanRecord): Promise<void> => {
  const event = (type: EventType, payload: Readonly<Record<string, unknown>>) => ({
    id: deps.newId(),
    type,
    schemaVersion: 1,
    subjectId: scan.id,
    scanId: scan.id,
    traceId: caller.requestId,
    payload: { scan_id: scan.id, project_id: scan.projectId, ...payload },
  });
  await appendEvents(tx, [
    event('scan.created', { kind: scan.kind, ref: scan.ref, engines: scan.engines, requested_by: scan.requestedBy }),
    event('scan.scheduled', { priority: scan.priority, tasks: scan.tasksTotal }),
  ]);
  await appendAudit(tx, {
    actor: caller.actor,
    action: 'scan.submitted',
    resourceType: 'scan',
    resourceId: scan.id,
    data: { project_id: scan.projectId, kind: scan.kind, ref: scan.ref, engines: scan.engines, request_id: caller.requestId },
    at: new Date(deps.clock.now()),
  });
};

const acceptIn = async (deps: AcceptDependencies, tx: OrgTx, caller: Caller, submission: Submission): Promise<Submitted> => {
  const { projectId, idempotency, force } = submission;
  if (uuidV7Time(projectId) === undefined || !(await holdProject(tx, projectId))) throw notFound('project', projectId);
  const repeated = await byIdempotencyKey(tx, submission);
  if (repeated !== undefined) return { scan: repeated, isNew: false };

  const artifact = await artifactOf(tx, submission, deps.clock.now());
  const activeKey = activeKeyOf(submission, artifact);
  const remember = async (scan: ScanRecord): Promise<void> => {
    if (idempotency === undefined) return;
    await putSubmissionKey(tx, { kind: 'idempotency', ...idempotency }, scan, idempotencyLifeMs);
  };
  const active = await byActiveKey(tx, activeKey, force);
  if (active !== undefined) {
    await remember(active);
    return { scan: active, isNew: false };
  }

  const { maxActiveScans } = deps.limits;
  if (!(await takeScanPlace(tx, maxActiveScans))) {
    throw new AppError('queue_full', `${maxActiveScans} scans are waiting or running, which is as many as this server takes`, {
      hint: `Try again in ${retryAfterSeconds} s.`,
      details: { retry_after_s: retryAfterSeconds, limit: maxActiveScans },
    });
  }
  const scan = await store(deps, tx, caller, submission, artifact);
  await putSubmissionKey(tx, { kind: 'active', key: activeKey, requestSha256: activeKey }, scan);
  await remember(scan);
  await appendRecords(deps, tx, caller, scan);
  return { scan, isNew: true };
};

/** One transaction: when it resolves, the scan will be run. Wakes workers after the commit. */
export const acceptScan = async (
  deps: AcceptDependencies,
  caller: Caller,
  submission: Submission,
  { signal }: CallOptions,
): Promise<Submitted> => {
  const organization = deps.asOrganization(caller.organizationId);
  const submitted = await retryConflicts(() => organization.transaction((tx) => acceptIn(deps, tx, caller, submission), { signal }), {
    signal,
  });
  if (submitted.isNew) {
    deps.dispatcher.announce('tasks');
    deps.dispatcher.announce('events');
  }
  return submitted;
};
