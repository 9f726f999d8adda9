import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedScan } from './load-plan.ts';
import type { Answer, Rest } from './rest.ts';
import type { Targets } from './targets.ts';

/** What the server said about one planned scan: it is held to that. */
export interface Acknowledged {
  readonly planned: PlannedScan;
  /** One for each copy that was sent; all the same, if all is well. */
  readonly scanIds: readonly string[];
  /** What became of the request to cancel or delete it. */
  fate: 'left' | 'cancelled' | 'deleted' | 'ended-before';
}

export interface Progress {
  /** Scans that were accepted and have ended, of all that are planned; from 0 to 1. */
  readonly share: () => number;
  readonly acknowledged: readonly Acknowledged[];
  readonly violations: readonly string[];
}

export interface Load extends Progress {
  /** Resolves when everything was submitted and everything has ended; or, with a violation, when nothing happens any more. */
  readonly run: () => Promise<void>;
}

interface LoadOptions {
  readonly rest: Rest;
  readonly plan: readonly PlannedScan[];
  readonly projects: number;
  readonly targets: Targets;
  readonly activeScans: number;
  /** Without any scan ending; then the rest counts as lost. */
  readonly patienceMs: number;
  readonly runId: string;
}

const pollMs = 200;
const expect = (answer: Answer, what: string, ...statuses: readonly number[]): Record<string, unknown> => {
  if (!statuses.includes(answer.status)) throw new Error(`${what} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  return (answer.body ?? {}) as Record<string, unknown>;
};

const textOf = (body: Record<string, unknown>, name: string): string => {
  const value = body[name];
  if (typeof value !== 'string') throw new TypeError(`an answer has no ${name}`);
  return value;
};

interface Made {
  readonly projects: readonly string[];
  /** By project, then by archive. */
  readonly artifacts: readonly (readonly string[])[];
}

const prepare = async ({ rest, projects, targets, runId }: LoadOptions): Promise<Made> => {
  const made: { readonly projects: string[]; readonly artifacts: string[][] } = { projects: [], artifacts: [] };
  for (let index = 0; index < projects; index += 1) {
    const body = { name: `Chaos ${index} of ${runId}`, slug: `chaos-${index}-${runId}`, max_running_scans: 50 };
    const projectId = textOf(expect(await rest.ask('POST', '/api/v1/projects', { body }), 'a new project', 201), 'id');
    const artifacts: string[] = [];
    for (const target of targets.list.filter(({ kind }) => kind === 'archive')) {
      const bytes = Uint8Array.from(targets.archive(target.index));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const about = { type: 'source', filename: 'app.tar.gz', size_bytes: bytes.byteLength, sha256, project_id: projectId };
      const created = expect(await rest.ask('POST', '/api/v1/artifacts', { body: about }), 'a new artifact', 201);
      const { artifact, upload } = created as {
        artifact: Record<string, unknown>;
        upload: { url: string; headers: Record<string, string> };
      };
      const headers = { 'content-type': 'application/octet-stream', ...upload.headers };
      expect(await rest.ask('PUT', upload.url, { bytes, headers, isAnonymous: true }), 'an upload', 200);
      artifacts.push(textOf(artifact, 'id'));
    }
    made.projects.push(projectId);
    made.artifacts.push(artifacts);
  }
  return made;
};

/** Submits what is planned, a few scans at a time, and does to them what is planned. */
export const createLoad = (options: LoadOptions): Load => {
  const { rest, plan, targets, runId } = options;
  const acknowledged: Acknowledged[] = [];
  const violations: string[] = [];
  const endings: Promise<void>[] = [];
  let active = 0;

  const bodyOf = (planned: PlannedScan, made: Made): Record<string, unknown> => {
    const { target, project } = planned;
    const source =
      target.kind === 'archive'
        ? { type: 'artifact', artifact_id: made.artifacts[project]?.[target.index] }
        : { type: 'git', url: `${targets.git.url}/app.git`, ref: targets.branch(target.index) };
    return {
      project_id: made.projects[project],
      source,
      engines: ['secrets'],
      shard_count: planned.shards,
      priority: planned.isBatch ? 'batch' : 'interactive',
      options: { fail_on: 'none' },
      force: true,
    };
  };

  const end = async (scan: Acknowledged): Promise<void> => {
    const { fate, delayMs } = scan.planned;
    const [id] = scan.scanIds;
    await sleep(delayMs);
    if (fate === 'delete') {
      // Asked again after an answer that got lost, it is gone.
      expect(await rest.ask('DELETE', `/api/v1/scans/${id}`), 'a deletion', 204, 404);
      scan.fate = 'deleted';
      return;
    }
    const answer = await rest.ask('POST', `/api/v1/scans/${id}/cancel`, { body: { reason: 'chaos' } });
    const body = expect(answer, 'a cancellation', 200, 409);
    if (answer.status === 200 && body['state'] !== 'cancelled') violations.push(`scan ${id} was cancelled and is ${String(body['state'])}`);
    scan.fate = answer.status === 200 ? 'cancelled' : 'ended-before';
  };

  const submit = async (planned: PlannedScan, made: Made): Promise<void> => {
    const headers = { 'idempotency-key': `chaos-${runId}-${planned.ordinal}` };
    const body = bodyOf(planned, made);
    const answers = await Promise.all(Array.from({ length: planned.copies }, () => rest.ask('POST', '/api/v1/scans', { body, headers })));
    const scan: Acknowledged = {
      planned,
      scanIds: answers.map((answer) => textOf(expect(answer, 'a submission', 202, 200), 'id')),
      fate: 'left',
    };
    acknowledged.push(scan);
    if (planned.fate === 'complete') return;
    endings.push(end(scan).catch((error: unknown) => void violations.push(String(error))));
  };

  const look = async (): Promise<void> => {
    active = Number(expect(await rest.ask('GET', '/api/v1/scans/summary'), 'the summary', 200)['active']);
  };

  /** Waits until no more than so many are active. */
  const settle = async (most: number): Promise<boolean> => {
    let best = Number.POSITIVE_INFINITY;
    for (let deadline = Date.now() + options.patienceMs; ; await sleep(pollMs)) {
      await look();
      if (active <= most) return true;
      if (active < best) {
        best = active;
        deadline = Date.now() + options.patienceMs;
      }
      if (Date.now() > deadline) return false;
    }
  };

  return {
    acknowledged,
    violations,
    share: () => Math.max(0, acknowledged.length - active) / plan.length,
    run: async () => {
      const made = await prepare(options);
      for (const planned of plan) {
        if (!(await settle(options.activeScans - 1))) break;
        await submit(planned, made);
      }
      await Promise.all(endings);
      if (!(await settle(0))) violations.push(`${active} scans do not end`);
    },
  };
};
