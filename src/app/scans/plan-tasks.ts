import { type ScanOptions, sarifImportEngine } from '../../domain/scan-record.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';
import { AppError } from '../../lib/errors.ts';

/** One engine on one shard. */
export interface PlannedTask {
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
}

/** What a scan will be cut into. */
export interface TaskPlan {
  /** By name, each once. */
  readonly engines: readonly string[];
  /** With their versions: what makes two scans the same. */
  readonly engineVersions: readonly string[];
  readonly tasks: readonly PlannedTask[];
}

const maxEngines = 64;
export const maxShards = 256;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/**
 * Engines that look at single files are cut into shards; those that see the whole tree, and history, which is one walk over all commits, are
 * not.
 * @throws AppError `engine_unknown`, `request_invalid`
 */
export const planTasks = async (asked: readonly string[] | undefined, shardCount: number, options: ScanOptions): Promise<TaskPlan> => {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > maxShards) {
    throw new AppError('request_invalid', `shard_count: expected a whole number from 1 to ${maxShards}`);
  }
  if (asked !== undefined && (asked.length === 0 || asked.length > maxEngines)) {
    throw new AppError('request_invalid', `engines: expected 1 to ${maxEngines} names`, {
      hint: 'Leave it out for every engine that runs by default.',
    });
  }
  const named = await Promise.all([...new Set(asked ?? engineNames)].sort().map((name) => loadEngine(name)));
  const isHistory = options.history === true;
  const engines = asked === undefined ? named.filter(({ isDefault, readsHistory }) => isDefault && (readsHistory || !isHistory)) : named;
  return {
    engines: engines.map(({ name }) => name),
    engineVersions: engines.map(({ name, version }) => `${name}@${version}`),
    tasks: engines.flatMap(({ name, scope }) => {
      const shards = scope === 'file' && !isHistory ? shardCount : 1;
      return range(shards).map((shard) => ({ engine: name, shard, shardCount: shards }));
    }),
  };
};

/** A SARIF log is read as a whole. */
export const importPlan: TaskPlan = {
  engines: [sarifImportEngine],
  engineVersions: [sarifImportEngine],
  tasks: [{ engine: sarifImportEngine, shard: 0, shardCount: 1 }],
};
