import type { Caller } from '../../domain/caller.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { uuidV7Time } from '../../lib/uuid-v7.ts';
import { withAttempts } from '../../store/attempts.ts';
import { countRows } from '../../store/count-rows.ts';
import { deadLettersBefore, findTask, listedTasks, tasksBefore } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import { listWorkers } from '../../store/workers.ts';
import { notFound } from '../not-found.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from '../paging/cursor.ts';
import { type RedriveDependencies, redriveTask } from './redrive.ts';
import type { Tasks } from './tasks.ts';

/** Workers that have gone are kept for a look back; more than so many nobody reads. */
const mostWorkers = 1_000;

export const createTasks = (deps: RedriveDependencies): Tasks => {
  const { keyring } = deps;
  const reading = <Result>(caller: Caller, { signal }: CallOptions, work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    deps.asOrganization(caller.organizationId).transaction(work, { signal, readOnly: true });

  return {
    list: (caller, filter, page, options) =>
      reading(caller, options, async (tx) => {
        if (filter.scanId !== undefined && uuidV7Time(filter.scanId) === undefined) throw notFound('scan', filter.scanId);
        const listName = listNameOf('tasks', filter);
        const [beforeId] = decodeCursor(keyring, caller, listName, page.cursor, ['text']) ?? [];
        const tasks = await tasksBefore(tx, filter, { beforeId, limit: rowsToRead(page) });
        const count = await countRows(tx, listedTasks(tx, filter), countOptions(page));
        return pageOf(tasks, count, page, ({ id }) => encodeCursor(keyring, caller, listName, [id]));
      }),
    get: (caller, taskId, options) =>
      reading(caller, options, async (tx) => {
        const name = { organizationId: caller.organizationId, taskId };
        const task = uuidV7Time(taskId) === undefined ? undefined : await findTask(tx, name);
        const [found] = task === undefined ? [] : await withAttempts(tx, [task]);
        if (found === undefined) throw notFound('task', taskId);
        return found;
      }),
    deadLetters: (caller, page, options) =>
      reading(caller, options, async (tx) => {
        const listName = listNameOf('dead-letters', {});
        const [deadAt, id] = decodeCursor(keyring, caller, listName, page.cursor, ['instant', 'text']) ?? [];
        const before = deadAt === undefined || id === undefined ? undefined : { deadAt, id };
        const tasks = await withAttempts(tx, await deadLettersBefore(tx, { before, limit: rowsToRead(page) }));
        const count = await countRows(tx, listedTasks(tx, { dead: true }), countOptions(page));
        return pageOf(tasks, count, page, (task) => encodeCursor(keyring, caller, listName, [task.deadAt ?? null, task.id]));
      }),
    redrive: (caller, taskId, options) => redriveTask(deps, caller, taskId, options),
    workers: (caller, options) => reading(caller, options, (tx) => listWorkers(tx, mostWorkers)),
  };
};
