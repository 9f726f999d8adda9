/** The thread in which PGlite runs, since it blocks the one it is in. */
import { parentPort, workerData } from 'node:worker_threads';
import { withDeadline } from '../../../lib/abort.ts';
import { messageOf } from '../../../lib/errors.ts';
import { dumpCluster, openCluster } from './cluster.ts';
import { createEngine } from './engine.ts';
import type { ControlMessage, ControlReply, EngineSetup } from './messages.ts';

const control = parentPort;
if (control === null) throw new Error('this file is the start of a worker thread');
const reply = (message: ControlReply): void => control.postMessage(message);

try {
  const pglite = await openCluster(workerData as EngineSetup);
  const version = await pglite.query<{ server_version: string }>('show server_version');
  const engine = createEngine(pglite, {
    serverVersion: version.rows[0]?.server_version ?? '',
    // The message about it is still under way; the thread goes down with the next turn of its event loop.
    onBroken: () => void setImmediate(() => process.exit(1)),
  });

  const close = async (graceMs: number): Promise<void> => {
    const grace = withDeadline(new AbortController().signal, graceMs, 'deadline_exceeded', 'the grace period is over');
    const late = new Promise<void>((resolve) => grace.signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([engine.idle(), late]);
    grace.clear();
    await pglite.close();
    reply({ type: 'closed' });
  };

  control.on('message', (message: ControlMessage) => {
    switch (message.type) {
      case 'attach':
        return engine.attach(message.port);
      case 'dump':
        return void dumpCluster(pglite).then(
          (tar) => reply({ type: 'dumped', tar }),
          (error: unknown) => reply({ type: 'dump_failed', message: messageOf(error) }),
        );
      case 'close':
        return void close(message.graceMs);
    }
  });
  reply({ type: 'opened' });
} catch (error) {
  reply({ type: 'open_failed', message: messageOf(error) });
}
