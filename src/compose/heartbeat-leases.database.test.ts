import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { createTaskWorld } from '../../test/support/task-world.ts';
import { reapExpired } from '../app/tasks/reaper.ts';
import { monotonicMs } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { startHeartbeat } from '../roles/worker/heartbeat.ts';
import { heartbeatSource } from './heartbeat-leases.ts';

/** Long enough that a busy machine lets a heartbeat through in two thirds of it. */
const leaseMs = 6000;
/** Of one transaction, as that of a very large result. */
const longMs = 1.4 * leaseMs;

describeDatabases('heartbeats beside a long transaction', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  it('loses no lease, though what takes them back asks all the time', async () => {
    const world = await createTaskWorld(test, { leaseMs });
    const { id } = await world.newProject();
    await world.submit(id, { shards: 2 });
    const workerId = await world.register();
    const ready = Promise.withResolvers<void>();
    const heartbeat = startHeartbeat({
      ...heartbeatSource(test.database, leaseMs),
      workerId,
      intervalMs: leaseMs / 3,
      log: silentLog,
      now: Date.now,
      onReady: ready.resolve,
      onUnknown: () => undefined,
      onBroken: ready.reject,
    });
    try {
      await ready.promise;
      const first = heartbeat.hold(await world.claimOne(workerId), monotonicMs());
      let isOver = false;
      const long = test.database
        .transaction(() => pause(longMs), { signal: test.signal })
        .finally(() => {
          isOver = true;
        });
      // Waits for the long transaction on the embedded database: its lease counts from its turn.
      const askedAtMs = monotonicMs();
      const claimed = world.claimOne(workerId).then((task) => heartbeat.hold(task, askedAtMs));
      let requeued = 0;
      while (!isOver) {
        await Promise.race([pause(50), long]);
        requeued += (await reapExpired(world.deps, world.options)).requeued;
      }
      const second = await claimed;
      requeued += (await reapExpired(world.deps, world.options)).requeued;
      expect([requeued, first.endedFor(), second.endedFor()]).toEqual([0, undefined, undefined]);
      // And they go on being kept.
      await pause(1.2 * leaseMs);
      expect([(await reapExpired(world.deps, world.options)).requeued, first.endedFor(), second.endedFor()]).toEqual([
        0,
        undefined,
        undefined,
      ]);
    } finally {
      await heartbeat.close();
    }
  });
});
