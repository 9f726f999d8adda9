import { z } from 'zod';
import type { SubmitScan } from '../../app/scans/scans.ts';
import type { ScanState } from '../../domain/scan-record.ts';
import { AppError } from '../../lib/errors.ts';
import { type CallerContext, type Operation, operation } from '../operation.ts';
import { type GitScan, isGitScan, statesOfJob, toJobWire } from '../wire/job-mapping.ts';
import { type JobWire, jobAccepted, jobCancelled, jobInput, jobOptions, jobShape, jobStatuses } from '../wire/jobs.ts';
import { uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

/** The API of scan-agent v0.3 over the same scans: `POST /scan/repo` and jobs. */
const tag = 'Jobs (scan-agent clients)';
const jobParams = z.strictObject({ job_id: uuid });

/** A job shows its findings; more are at `/api/v1/scans/{id}/findings`. */
const shownAlone = 10_000;
const shownInList = 1000;
/** Of all jobs of a list together, so that its size stays bounded; each job tells how many it has. */
const shownOfAll = 10_000;

const toJob = async (scan: GitScan, shown: number, { useCases, caller, signal }: CallerContext): Promise<JobWire> => {
  if (scan.state !== 'completed' || shown === 0) return toJobWire(scan, [], []);
  const findings = [];
  for await (const batch of useCases.scans.eachFinding(caller, scan.id, { signal })) {
    findings.push(...batch.slice(0, shown - findings.length));
    if (findings.length >= shown) break;
  }
  return toJobWire(scan, findings, await useCases.scans.rules(caller, scan.id, { signal }));
};

const jobOf = async (jobId: string, { useCases, caller, signal }: CallerContext): Promise<GitScan> => {
  const scan = await useCases.scans.get(caller, jobId, { signal });
  if (!isGitScan(scan)) throw new AppError('not_found', `there is no job ${jobId}`);
  return scan;
};

const scanRepository = operation({
  id: 'scanRepository',
  method: 'POST',
  path: '/scan/repo',
  tag,
  access: 'scans:write',
  summary: 'Scan a repository',
  description: 'The project of the URL is found, or made. Without a branch the default branch is scanned.',
  refusals: ['url_invalid', 'url_has_credentials', 'protocol_denied', 'queue_full'],
  body: jobInput,
  responses: { 200: { description: 'The job.', schema: jobAccepted } },
  handler: async ({ body }, { useCases, caller, signal }) => {
    const options = jobOptions.safeParse(body.scan_options ?? {});
    if (!options.success) {
      const [issue] = options.error.issues;
      throw new AppError('request_invalid', `body.scan_options.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
    }
    const project = await useCases.projects.ensureForUrl(caller, body.repo_url, { signal });
    const submit: SubmitScan = withoutUndefined({
      projectId: project.id,
      source: withoutUndefined({ type: 'git' as const, url: body.repo_url, ref: body.branch ?? undefined }),
      engines: options.data.engines,
      options: withoutUndefined({
        failOn: options.data.fail_on,
        exclude: options.data.exclude,
        allowPartial: options.data.allow_partial,
        history: options.data.history,
      }),
    });
    const { scan } = await useCases.scans.submit(caller, submit, { signal });
    return { status: 200, body: { job_id: scan.id, message: 'Scan job created successfully' } };
  },
});

const getJob = operation({
  id: 'getJob',
  method: 'GET',
  path: '/jobs/{job_id}',
  tag,
  access: 'scans:read',
  summary: 'Show a job',
  refusals: ['not_found'],
  params: jobParams,
  responses: { 200: { description: 'The job.', schema: jobShape } },
  handler: async ({ params }, context) => ({ status: 200, body: await toJob(await jobOf(params.job_id, context), shownAlone, context) }),
});

/** Scans of git repositories, newest first; the limit counts what is left after the filter. */
const newestJobs = async (statuses: readonly ScanState[] | undefined, limit: number, context: CallerContext) => {
  const { useCases, caller, signal } = context;
  const scans: GitScan[] = [];
  let cursor: string | undefined;
  do {
    const filter = withoutUndefined({ kind: 'scan' as const, states: statuses });
    const page = await useCases.scans.list(caller, filter, withoutUndefined({ limit: 200, cursor }), { signal });
    scans.push(...page.items.filter(isGitScan));
    cursor = page.nextCursor;
  } while (cursor !== undefined && scans.length < limit);
  return scans.slice(0, limit);
};

const listJobs = operation({
  id: 'listJobs',
  method: 'GET',
  path: '/jobs',
  tag,
  access: 'scans:read',
  summary: 'List jobs, newest first',
  query: z.strictObject({
    status: z.enum(jobStatuses).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
  }),
  responses: { 200: { description: 'The jobs.', schema: z.array(jobShape) } },
  handler: async ({ query }, context) => {
    const scans = await newestJobs(query.status === undefined ? undefined : statesOfJob[query.status], query.limit, context);
    const jobs: JobWire[] = [];
    let room = shownOfAll;
    for (const scan of scans) {
      const job = await toJob(scan, Math.min(room, shownInList), context);
      room -= job.result?.results.vulnerabilities.length ?? 0;
      jobs.push(job);
    }
    return { status: 200, body: jobs };
  },
});

const cancelJob = operation({
  id: 'cancelJob',
  method: 'POST',
  path: '/jobs/{job_id}/cancel',
  tag,
  access: 'scans:write',
  summary: 'Cancel a job',
  description: 'It is shown as failed with a cancellation message.',
  refusals: ['not_found', 'scan_ended'],
  params: jobParams,
  responses: { 200: { description: 'It is cancelled.', schema: jobCancelled } },
  handler: async ({ params }, context) => {
    const { useCases, caller, signal } = context;
    const scan = await jobOf(params.job_id, context);
    await useCases.scans.cancel(caller, scan.id, `cancelled by ${caller.actor}`, { signal });
    return { status: 200, body: { message: 'Job cancelled', job_id: scan.id, status: 'failed' as const } };
  },
});

export const jobOperations: readonly Operation[] = [scanRepository, getJob, listJobs, cancelJob];
