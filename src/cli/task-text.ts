import type { TaskWire } from '../api/wire/tasks.ts';

/** `secrets`, or `secrets 2/4` of a scan whose files are split. */
export const partText = ({ engine, shard, shard_count: shards }: Pick<TaskWire, 'engine' | 'shard' | 'shard_count'>): string =>
  shards > 1 ? `${engine} ${shard + 1}/${shards}` : engine;

/** Why a task failed, or why it is tried again; empty where nothing went wrong. */
export const taskErrorText = ({ error }: Pick<TaskWire, 'error'>): string => (error === null ? '' : `${error.code}: ${error.message}`);
