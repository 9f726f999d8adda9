/**
 * Entry of the thread that keeps a worker's leases: whatever the worker itself is busy with, heartbeats go out, engines of lost leases die,
 * and what the server does not confirm in time is given up.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Backoff, backoffMs, sleep } from '../../lib/backoff.ts';
import { killGroup } from '../../lib/child-process.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { createWaker } from '../../lib/waker.ts';
import { createHeartbeatLoop } from './heartbeat-loop.ts';
import type {
  HeartbeatCommand,
  HeartbeatReport,
  HeartbeatSetup,
  LeaseServiceModule,
  LeaseServiceSource,
  OpenedLeaseService,
} from './heartbeat-messages.ts';

const openBackoff: Backoff = { firstMs: 250, longestMs: 5000 };
const watchMs = 25;

const start = async (port: NonNullable<typeof parentPort>, setup: HeartbeatSetup): Promise<void> => {
  const ending = new AbortController();
  const { signal } = ending;
  const report = (message: HeartbeatReport): void => port.postMessage(message);
  const waker = createWaker();
  let opened: OpenedLeaseService | undefined;

  const loop = createHeartbeatLoop({
    workerId: setup.workerId,
    intervalMs: setup.intervalMs,
    service: () => opened,
    report,
    kill: killGroup,
    monotonicMs,
    waker,
  });

  const open = async ({ moduleUrl, data }: LeaseServiceSource): Promise<void> => {
    const { openLeaseService } = (await import(moduleUrl)) as LeaseServiceModule;
    for (let attempt = 1; opened === undefined; attempt += 1) {
      try {
        opened = await openLeaseService(data, { signal });
      } catch (error) {
        if (attempt === 1) report({ type: 'trouble', message: messageOf(error) });
        await sleep(backoffMs(openBackoff, attempt, Math.random()), { signal });
      }
    }
    report({ type: 'ready' });
    waker.wake();
  };

  const watcher = setInterval(loop.watch, watchMs);
  port.on('message', (command: HeartbeatCommand) => {
    if (command.type === 'close') ending.abort(new AppError('cancelled', 'the worker stops'));
    else loop.take(command);
  });
  const opening = open(setup.source).catch((error: unknown) => {
    // A module that does not load never will.
    if (!signal.aborted) throw error;
  });
  await Promise.all([opening, loop.run({ signal })]);
  clearInterval(watcher);
  await opened?.close();
  port.close();
};

if (parentPort !== null) await start(parentPort, workerData as HeartbeatSetup);
