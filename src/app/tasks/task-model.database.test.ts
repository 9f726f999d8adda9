import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import {
  brokenInvariants,
  createTaskWorld,
  packedLines,
  resultFinding,
  resultLines,
  type TaskWorld,
} from '../../../test/support/task-world.ts';
import type { LeasedTask } from '../../domain/lease-service.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import {
  applyChange,
  cancel,
  commit,
  expire,
  fail,
  heartbeat,
  lease,
  redrive,
  release,
  type TaskChange,
  type TaskStatus,
} from '../../domain/task-lifecycle.ts';
import { isAppError } from '../../lib/errors.ts';
import { createScans } from '../scans/create-scans.ts';
import { createTasks } from './create-tasks.ts';
import { reapExpired } from './reaper.ts';

const commandArbitrary = fc.record({
  what: fc.constantFrom(
    'claim',
    'claim',
    'claim',
    'heartbeat',
    'commit',
    'commit',
    'fail',
    'fail',
    'give-up',
    'release',
    'expire',
    'expire',
    'cancel',
    'redrive',
  ),
  worker: fc.nat(1),
  /** Which of the leases so far speaks, from the newest. */
  back: fc.nat(2),
  /** Two results of one lease: only the first can be the task's. */
  variant: fc.nat(1),
});
type Command = typeof commandArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const sequence = (...whats: Command['what'][]): [Command[]] => [whats.map((what) => ({ what, worker: 0, back: 0, variant: 0 }))];
/** One for each state a task can end a sequence in, so that none is left to chance. */
const sequences = [
  sequence('release'),
  sequence('claim'),
  sequence('claim', 'commit'),
  sequence('claim', 'give-up'),
  sequence('claim', 'cancel'),
];

/** What the rules say of a task, without the instants, which the database's clock gives. */
const essence = (task: TaskStatus) => ({
  state: task.state,
  epoch: task.epoch,
  workerId: task.workerId,
  failedAttempts: task.failedAttempts,
  result: task.result,
  error: task.error?.code,
  isLeased: task.leaseExpiresAt !== undefined && task.leasedAt !== undefined,
  hasEnded: task.finishedAt !== undefined,
  isDead: task.deadAt !== undefined,
});

const failure = { code: 'engine_failed', message: 'it failed' };
/** Later than anything that is waited for: the world lets waits and leases end as commands. */
const long = 8e15;

describeDatabases('the statements do what the rules of domain/task-lifecycle.ts say', (open) => {
  let db: TestDatabase;
  let world: TaskWorld;
  let workers: readonly string[];
  let projectId: string;
  beforeAll(async () => {
    db = await open();
    world = await createTaskWorld(db);
    workers = await Promise.all([world.register(), world.register()]);
    projectId = (await world.newProject()).id;
  });

  const runCommand = async (
    scan: ScanRecord,
    taskId: string,
    held: LeasedTask[],
    model: TaskStatus,
    command: Command,
  ): Promise<TaskStatus> => {
    const { leases, options, caller } = world;
    const workerId = workers[command.worker] ?? '';
    const speaker = held.at(-1 - command.back);
    const changed = (change: TaskChange | undefined): TaskStatus => (change === undefined ? model : applyChange(model, change, 0));
    if (command.what === 'claim') {
      await world.waitOver(taskId);
      const [task] = await world.claim(workerId);
      const { answer, change } = lease(model, workerId, 600_000, long);
      expect(task === undefined ? 'refused' : 'leased').toBe(answer);
      if (task !== undefined) held.push(task);
      return changed(change);
    }
    if (command.what === 'expire') {
      await world.runOut(taskId);
      await reapExpired(world.deps, options);
      return changed(expire({ ...model, leaseExpiresAt: new Date(0) }, long, 0.5).change);
    }
    if (command.what === 'cancel') {
      // Seldom: most sequences should go on.
      if (command.variant + command.back > 0) return model;
      await createScans(world.deps).cancel(caller, scan.id, 'model', options);
      return changed(cancel(model).change);
    }
    if (command.what === 'redrive') {
      const tasks = createTasks({ ...world.deps, scans: createScans(world.deps) });
      const { answer, change } = redrive(model);
      const outcome = await tasks.redrive(caller, taskId, options).then(
        () => 'queued',
        (error: unknown) => (isAppError(error, 'task_not_dead') ? 'not_dead' : error),
      );
      expect(outcome).toBe(answer);
      return changed(change);
    }
    if (speaker === undefined) return model;
    const holder = { workerId: speaker.lease.workerId, epoch: speaker.lease.epoch };
    switch (command.what) {
      case 'heartbeat': {
        const answer = await leases.heartbeat(
          { workerId: holder.workerId, state: 'active', leases: [{ lease: speaker.lease, log: [] }] },
          options,
        );
        expect(answer.leases[0]?.state).toBe(heartbeat({ ...model, leasedAt: new Date(long) }, holder, long));
        return model;
      }
      case 'commit': {
        const lines = resultLines(world.engine, [resultFinding(world.engine, `${taskId} ${command.variant}`)]);
        const request = await world.putBytes(speaker.lease, packedLines(lines));
        const { answer, change } = commit(model, holder, request.resultSha256);
        expect((await leases.commit(request, options)).state).toBe(answer === 'repeated' ? 'committed' : answer);
        return changed(change);
      }
      case 'fail':
      case 'give-up': {
        const retryable = command.what === 'fail';
        const { answer, change } = fail(model, holder, { ...failure, retryable }, 0.5);
        expect((await leases.fail({ ...speaker.lease, ...failure, retryable }, options)).state).toBe(answer);
        return changed(change);
      }
      case 'release': {
        const { answer, change } = release(model, holder);
        expect(await leases.release(speaker.lease, options)).toBe(answer);
        return changed(change);
      }
    }
  };

  test('in hundreds of random sequences', async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(commandArbitrary, { minLength: 3, maxLength: 12, size: 'max' }), async (commands) => {
        const scan = await world.submit(projectId);
        const [first] = await world.tasksOf(scan);
        if (first === undefined) throw new Error('a scan has tasks');
        const held: LeasedTask[] = [];
        let model: TaskStatus = first;
        for (const command of commands) {
          model = await runCommand(scan, first.id, held, model, command);
          expect(essence(await world.task(first.id))).toEqual(essence(model));
        }
        ends.add(model.state);
        await createScans(world.deps).cancel(world.caller, scan.id, 'end of the sequence', world.options);
      }),
      { numRuns: 100, endOnFailure: true, examples: sequences },
    );
    expect([...ends].sort()).toEqual(['cancelled', 'failed', 'leased', 'queued', 'succeeded']);
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
