/**
 * The queue under load: claims and commits per second with an empty and a long queue, and the commit of one very large result. On a private
 * PostgreSQL that syncs its log to disk, or with `--embedded` on the embedded database. The claims are one worker's and four's.
 */

import { sql } from 'kysely';
import type { CommitRequest } from '../src/domain/lease-service.ts';
import { createTaskWorld, resultFinding, type TaskWorld } from '../test/support/task-world.ts';
import type { TestDatabase } from '../test/support/test-database.ts';
import { withDatabase } from './with-database.ts';

const { signal } = new AbortController();
const waitingScans = 10_000;
const embedded = process.argv.includes('--embedded');

const timed = async <Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly seconds: number }> => {
  const startedAt = process.hrtime.bigint();
  const result = await work();
  return { result, seconds: Number(process.hrtime.bigint() - startedAt) / 1e9 };
};

const say = (what: string, count: number, seconds: number, unit: string): void =>
  console.log(`${what.padEnd(64)} ${(count / seconds).toFixed(0).padStart(8)} ${unit}/s  (${count} in ${seconds.toFixed(2)} s)`);

const claimAll = async (world: TaskWorld, workers: number, batch: number, most: number): Promise<readonly [number, number]> => {
  const ids = await Promise.all(Array.from({ length: workers }, () => world.register({ slots: 1024 })));
  let tasks = 0;
  let claims = 0;
  await Promise.all(
    ids.map(async (id) => {
      while (claims < most) {
        claims += 1;
        const taken = await world.claim(id, batch);
        if (taken.length === 0) return;
        tasks += taken.length;
      }
    }),
  );
  return [tasks, claims];
};

const measure = async (test: TestDatabase): Promise<void> => {
  const newWorld = (): Promise<TaskWorld> => createTaskWorld(test, { leaseMs: 3_600_000 });
  for (const [workers, batch] of [
    [1, 1],
    [4, 1],
    [4, 16],
  ] as const) {
    const world = await newWorld();
    const { id } = await world.newProject();
    for (let n = 0; n < 10; n += 1) await world.submit(id, { shards: 200 });
    const { result, seconds } = await timed(() => claimAll(world, workers, batch, 400));
    say(`${workers} workers claim ${batch} at a time`, result[0], seconds, 'tasks');
  }

  const world = await newWorld();
  const { id } = await world.newProject();
  await world.submit(id, { shards: 240 });
  const tasks = await world.claim(await world.register(), 64);
  const requests: CommitRequest[] = [];
  for (const task of tasks) {
    requests.push(
      await world.putResult(
        task,
        Array.from({ length: 10 }, (_, n) => resultFinding(world.engine, `${task.shard} ${n}`)),
      ),
    );
  }
  const commits = await timed(() => Promise.all(requests.map((request) => world.leases.commit(request, { signal }))));
  say('commits of 10 findings, of one scan', requests.length, commits.seconds, 'commits');

  const beats = await timed(async () => {
    const leases = tasks.map(({ lease }) => ({ lease, log: [] }));
    const workerId = tasks[0]?.lease.workerId ?? '';
    for (let n = 0; n < 100; n += 1) await world.leases.heartbeat({ workerId, state: 'active', leases }, { signal });
  });
  say(`heartbeats for ${tasks.length} tasks`, 100, beats.seconds, 'beats');

  const many = await newWorld();
  const projects = await Promise.all(Array.from({ length: 200 }, () => many.newProject({ maxRunningScans: 2 })));
  const filled = await timed(async () => {
    // Nine of ten are of one project, the others spread over the rest.
    const submitEvery = async (from: number): Promise<void> => {
      for (let n = from; n < waitingScans; n += 8) await many.submit(projects[n % 10 === 0 ? (n / 10) % 200 : 0]?.id ?? '');
    };
    await Promise.all(Array.from({ length: 8 }, (_, from) => submitEvery(from)));
  });
  say('scans accepted, 8 at once', waitingScans, filled.seconds, 'scans');
  await test.doors.system.transaction((tx) => tx.run(sql`analyze`), { signal });
  const long = await timed(() => claimAll(many, 4, 1, 300));
  say('4 workers claim 1 at a time, 10,000 scans of 200 projects wait', long.result[0], long.seconds, 'tasks');

  const big = await newWorld();
  await big.submit((await big.newProject()).id);
  const task = await big.claimOne(await big.register());
  const request = await big.putResult(
    task,
    Array.from({ length: 100_000 }, (_, n) =>
      resultFinding(big.engine, `big ${n}`, { message: 'a message of the usual length, one sentence.' }),
    ),
  );
  const stored = await timed(() => big.leases.commit(request, { signal }));
  if (stored.result.state !== 'committed') throw new Error(stored.result.state);
  say('findings of one commit', 100_000, stored.seconds, 'findings');
  console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
};

await withDatabase(embedded ? 'embedded' : 'postgres', measure);
