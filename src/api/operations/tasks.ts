import { z } from 'zod';
import { taskStates } from '../../domain/task-record.ts';
import { type Operation, operation } from '../operation.ts';
import { anyOf, taskParams } from '../request-parts.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import {
  redriveAnswer,
  taskDetailPage,
  taskDetailShape,
  taskPage,
  toTaskDetailWire,
  toTaskWire,
  toWorkerWire,
  workerList,
} from '../wire/tasks.ts';
import { uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Tasks';

const listTasks = operation({
  id: 'listTasks',
  method: 'GET',
  path: '/api/v1/tasks',
  tag,
  access: 'tasks:read',
  summary: 'List tasks',
  refusals: ['cursor_invalid'],
  query: z.strictObject({ ...pageQuery, scan_id: uuid.optional(), state: anyOf(taskStates) }),
  responses: { 200: { description: 'One page of tasks.', schema: taskPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const filter = withoutUndefined({ scanId: query.scan_id, states: query.state });
    const page = await useCases.tasks.list(caller, filter, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toTaskWire) };
  },
});

const getTask = operation({
  id: 'getTask',
  method: 'GET',
  path: '/api/v1/tasks/{task_id}',
  tag,
  access: 'tasks:read',
  summary: 'Show a task with its attempts',
  refusals: ['not_found'],
  params: taskParams,
  responses: { 200: { description: 'The task.', schema: taskDetailShape } },
  handler: async ({ params }, { useCases, caller, signal }) => ({
    status: 200,
    body: toTaskDetailWire(await useCases.tasks.get(caller, params.task_id, { signal })),
  }),
});

const listDeadLetters = operation({
  id: 'listDeadLetters',
  method: 'GET',
  path: '/api/v1/dead-letters',
  tag,
  access: 'tasks:read',
  summary: 'List tasks that failed for good, newest first, with all their errors',
  refusals: ['cursor_invalid'],
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of tasks.', schema: taskDetailPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const page = await useCases.tasks.deadLetters(caller, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toTaskDetailWire) };
  },
});

const redriveTask = operation({
  id: 'redriveTask',
  method: 'POST',
  path: '/api/v1/dead-letters/{task_id}/redrive',
  tag,
  access: 'tasks:redrive',
  summary: 'Run a dead letter again',
  description: 'A scan that has ended is not opened again: a new one of the same source is made then, and the answer names it.',
  refusals: ['not_found', 'task_not_dead', 'queue_full'],
  params: taskParams,
  responses: { 202: { description: 'It will be run.', schema: redriveAnswer } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    const { task, scanId } = await useCases.tasks.redrive(caller, params.task_id, { signal });
    return { status: 202, body: { task: toTaskWire(task), scan_id: scanId }, headers: { location: `/api/v1/scans/${scanId}` } };
  },
});

const listWorkers = operation({
  id: 'listWorkers',
  method: 'GET',
  path: '/api/v1/workers',
  tag,
  access: 'workers:read',
  summary: 'List workers',
  responses: { 200: { description: 'All that are known.', schema: workerList } },
  handler: async (_input, { useCases, caller, signal }) => {
    const workers = await useCases.tasks.workers(caller, { signal });
    return { status: 200, body: { items: workers.map(toWorkerWire) } };
  },
});

export const taskOperations: readonly Operation[] = [listTasks, getTask, listDeadLetters, redriveTask, listWorkers];
