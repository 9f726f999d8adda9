import { createReadStream } from 'node:fs';
import type { OnProgress } from '../../domain/progress.ts';
import type { Clock, NewId } from '../../lib/clock.ts';
import { AppError, isSystemError } from '../../lib/errors.ts';
import type { Checkout, CheckoutOptions, CheckoutSource } from '../../ports/checkout/checkout.ts';
import { sourceNamed } from '../../ports/checkout/registry.ts';
import { type ScannedCheckout, scanCheckout } from '../scan-checkout.ts';
import type { ScanRequest } from '../scan-request.ts';
import { enginesWantedBy, unwantedResult } from './engines-wanted.ts';
import { reportLines } from './report-lines.ts';
import { shardOf } from './shard.ts';
import type { TaskRequest, TaskSource } from './task-request.ts';
import { writeTaskResult } from './write-task-result.ts';

export interface TaskDependencies {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly onProgress: OnProgress;
  /** Tells the commit this task found and gets the one that all tasks of the scan look at. */
  readonly pin: (found: { readonly commit: string; readonly ref?: string }) => Promise<string>;
}

type ScannedSource = Exclude<TaskSource, { readonly type: 'sarif' }>;

/** The task as a scan that somebody types, apart from what only a server decides. */
const scanRequestOf = (task: TaskRequest, source: ScannedSource): ScanRequest => {
  const { options, secrets, settings } = task;
  return {
    target: source.type === 'git' ? source.url : source.path,
    ...(source.type === 'git' && source.ref !== undefined ? { ref: source.ref } : {}),
    ...(source.type === 'git' && source.commit !== undefined ? { commit: source.commit } : {}),
    history: options.history ?? false,
    engines: [task.engine],
    skipEngines: [],
    exclude: options.exclude ?? [],
    includeIgnored: false,
    allowHosts: settings.allowHosts,
    publicOnly: true,
    offline: false,
    ...(secrets.gitToken === undefined ? {} : { token: secrets.gitToken }),
    ...(secrets.gitUsername === undefined ? {} : { tokenUser: secrets.gitUsername }),
    budgets: settings.budgets,
    threads: settings.threads,
    fileTimeoutMs: settings.fileTimeoutMs,
    ...(options.failOn === undefined ? {} : { failOn: options.failOn }),
    allowPartial: options.allowPartial ?? false,
    ignoreProjectConfig: false,
    hmacKey: { id: secrets.hmacKey.id, key: Buffer.from(secrets.hmacKey.key, 'base64') },
    commandLine: [],
  };
};

/** The checkout all tasks of the scan agree on: where another task was first, a second one of the commit that one found. */
const openPinned = async (
  source: CheckoutSource,
  request: ScanRequest,
  options: CheckoutOptions,
  pin: TaskDependencies['pin'],
): Promise<Checkout> => {
  const checkout = await source.open(request, options);
  const { commit, ref } = checkout.target;
  if (commit === undefined) return checkout;
  try {
    const pinned = await pin({ commit, ...(ref === undefined ? {} : { ref }) });
    if (pinned === commit) return checkout;
    await checkout.dispose();
    return await source.open({ ...request, ...(ref === undefined ? {} : { ref }), commit: pinned }, options);
  } catch (error) {
    await checkout.dispose();
    throw error;
  }
};

/** One engine on one shard has no other outcome to stand beside: when it did not complete, the task did not. */
const requireComplete = ({ report }: ScannedCheckout): void => {
  const broken = report.coverage.engines.find(({ state }) => state !== 'complete');
  if (broken === undefined) return;
  throw new AppError(
    broken.state === 'missing' ? 'tool_missing' : 'engine_failed',
    broken.reason ?? `engine ${broken.engine} did not complete`,
  );
};

const scan = async (
  task: TaskRequest,
  source: ScannedSource,
  deps: TaskDependencies,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  const { settings, scratchDir, shard, shardCount } = task;
  const request = scanRequestOf(task, source);
  const startedAt = new Date(deps.clock.now()).toISOString();
  const { toolPath, network } = settings;
  const options = { scratch: scratchDir, environment: { ...network, searchPath: toolPath }, onProgress: deps.onProgress, signal };
  const checkout = await openPinned(await sourceNamed(source.type), request, options, deps.pin);
  try {
    if (shardCount > 1 && request.history) throw new AppError('internal', 'a history is not read in shards');
    const wanted = task.options.enginesFromTarget === true ? await enginesWantedBy(checkout) : undefined;
    if (wanted?.engines.includes(task.engine) === false) {
      const lines = unwantedResult(checkout, wanted, { ...request, toolVersion: settings.toolVersion });
      await writeTaskResult(task.resultPath, lines, { signal });
      return;
    }
    const scanned = await scanCheckout({
      request,
      dependencies: { ...settings, clock: deps.clock, newId: deps.newId, onProgress: deps.onProgress, scratchRoot: scratchDir },
      checkout,
      scratchDir,
      startedAt,
      owns: (path) => shardCount === 1 || shardOf(path, shardCount) === shard,
      signal,
    });
    requireComplete(scanned);
    await writeTaskResult(task.resultPath, reportLines(scanned, wanted?.engines), { signal });
  } finally {
    await checkout.dispose();
  }
};

/**
 * Does one task and writes its result to `resultPath`: the same steps as a scan on the command line, for one engine and the files of one
 * shard; or the findings of a SARIF log. Nothing else is left on disk.
 * @throws AppError the codes of a scan; the signal's reason
 */
export const runTask = async (task: TaskRequest, deps: TaskDependencies, options: { readonly signal: AbortSignal }): Promise<void> => {
  try {
    if (task.source.type !== 'sarif') return await scan(task, task.source, deps, options);
    const { readSarif } = await import('./read-sarif.ts');
    const { path } = task.source;
    const lines = readSarif(() => createReadStream(path, { highWaterMark: 256 * 1024 }), {
      toolVersion: task.settings.toolVersion,
      failOn: task.options.failOn ?? 'high',
      allowPartial: task.options.allowPartial ?? false,
      signal: options.signal,
    });
    await writeTaskResult(task.resultPath, lines, options);
  } catch (error) {
    if (!isSystemError(error, 'ENOSPC', 'EDQUOT')) throw error;
    throw new AppError('size_limit', 'there is no room left on the disk of the worker', { cause: error });
  }
};
