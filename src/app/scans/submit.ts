import type { Caller } from '../../domain/caller.ts';
import type { ScanOptions, ScanSource } from '../../domain/scan-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { checkSubmittedRepository, checkSubmittedRevision } from '../../ports/checkout/registry.ts';
import type { AppDependencies } from '../dependencies.ts';
import { acceptScan } from './accept.ts';
import { importPlan, planTasks } from './plan-tasks.ts';
import type { Scans, SubmitScan, Submitted } from './scans.ts';
import { digestOf, type Submission } from './submission.ts';

type SubmitDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'dispatcher' | 'limits'>;

/** What findings speak of until the worker knows better. */
const unknownRef = 'HEAD';
const maxKeyLength = 255;

const checkSource = async (source: ScanSource, allowHosts: readonly string[]): Promise<ScanSource> => {
  if (source.type === 'git') return { type: 'git', ...(await checkSubmittedRepository(source, { allowHosts })) };
  return source.ref === undefined ? source : { ...source, ...(await checkSubmittedRevision({ ref: source.ref })) };
};

const idempotencyOf = (key: string | undefined, request: unknown): Submission['idempotency'] => {
  if (key === undefined) return undefined;
  if (key === '' || key.length > maxKeyLength || !/^[\x20-\x7e]+$/.test(key)) {
    throw new AppError('request_invalid', `Idempotency-Key: expected 1 to ${maxKeyLength} printable ASCII characters`);
  }
  return { key, requestSha256: digestOf(request) };
};

export const createSubmit = (deps: SubmitDependencies): Pick<Scans, 'submit' | 'importSarif'> => {
  const { limits } = deps;

  const submit = async (caller: Caller, input: SubmitScan, options: CallOptions): Promise<Submitted> => {
    const { projectId, priority = 'interactive', shardCount = 1, force = false, timeoutMs } = input;
    const { enginesFromTarget: _, ...given } = input.options ?? {};
    const scanOptions: ScanOptions = input.engines === undefined ? { ...given, enginesFromTarget: true } : given;
    const source = await checkSource(input.source, limits.allowHosts);
    const plan = await planTasks(input.engines, shardCount, scanOptions);
    const request = { projectId, source, engines: plan.engines, priority, shardCount, options: scanOptions, force, timeoutMs };
    const submission: Submission = {
      projectId,
      kind: 'scan',
      source,
      ref: source.ref ?? unknownRef,
      commit: source.type === 'git' ? source.commit : undefined,
      plan,
      shardCount,
      options: scanOptions,
      priority,
      timeoutMs: Math.min(timeoutMs ?? limits.scanTimeoutMs, limits.scanTimeoutMs),
      force,
      idempotency: idempotencyOf(input.idempotencyKey, request),
    };
    return acceptScan(deps, caller, submission, options);
  };

  return {
    submit,
    importSarif: async (caller, { projectId, artifactId, ...named }, options) => {
      const { ref = unknownRef, commit } = await checkSubmittedRevision(named);
      const submission: Submission = {
        projectId,
        kind: 'import',
        source: { type: 'artifact', artifactId },
        ref,
        commit,
        plan: importPlan,
        shardCount: 1,
        options: {},
        priority: 'interactive',
        timeoutMs: limits.scanTimeoutMs,
        force: false,
      };
      return acceptScan(deps, caller, submission, options);
    },
  };
};
