import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database, DatabaseAdapter, DatabaseAddress, PgliteLocation } from '../database.ts';
import { connectClient } from './client.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import type { ControlMessage, ControlReply, EngineSetup } from './messages.ts';

const threadUrl = (): URL => new URL(`./engine-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** How long the engine may take to write its files after the last transaction, before its thread is ended. */
const shutdownMs = 10_000;

/** What the thread says next; it may also end instead. */
const nextReply = (worker: Worker): Promise<ControlReply> =>
  new Promise((resolve, reject) => {
    const settle = (settled: () => void): void => {
      worker.off('message', onMessage).off('exit', onExit).off('error', onError);
      settled();
    };
    const onMessage = (message: ControlReply): void => settle(() => resolve(message));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`the thread of the database ended with code ${code}`)));
    worker.on('message', onMessage).on('exit', onExit).on('error', onError);
  });

const post = (worker: Worker, message: ControlMessage, transfer: MessagePort[] = []): void => worker.postMessage(message, transfer);

const attach = (worker: Worker): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  post(worker, { type: 'attach', port: port1 }, [port1]);
  return port2;
};

const closeThread = async (worker: Worker, graceMs: number): Promise<void> => {
  const closed = nextReply(worker).catch(() => undefined);
  post(worker, { type: 'close', graceMs });
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    closed,
    new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs + shutdownMs);
    }),
  ]);
  clearTimeout(timer);
  await worker.terminate();
};

/**
 * Room for the deepest nesting the engine allows (`max_stack_depth`). With the 4 MB of a thread it runs over before it refuses, which ends
 * it: deeply nested JSON in a scanned file would be enough.
 */
const stackSizeMb = 32;

const openThread = async (setup: EngineSetup, signal: AbortSignal): Promise<Worker> => {
  const worker = new Worker(threadUrl(), { workerData: setup, env: {}, resourceLimits: { stackSizeMb } });
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const reply = await Promise.race([nextReply(worker), aborted.promise]);
    if (reply.type !== 'opened') throw new Error(reply.type === 'open_failed' ? reply.message : reply.type);
    // From here on its end shows at every port as "closed"; an error event that nobody takes would end the process.
    worker.on('error', () => undefined);
    return worker;
  } catch (error) {
    await worker.terminate();
    if (signal.aborted) throw abortReason(signal);
    throw new AppError(
      'database_unavailable',
      `the embedded database${setup.directory === undefined ? '' : ` in ${setup.directory}`} does not start`,
      {
        hint: 'If the folder was written by another version of Sightline, start that version; otherwise restore it from a backup.',
        cause: error,
      },
    );
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/** The embedded database; `dump` gives a tar of it, from which template images are made. */
export interface EmbeddedDatabase extends Database {
  readonly dump: () => Promise<Uint8Array>;
}

export const openEmbedded = async (location: PgliteLocation, { signal }: { readonly signal: AbortSignal }): Promise<EmbeddedDatabase> => {
  throwIfAborted(signal);
  const lock: DirectoryLock | undefined = location.directory === undefined ? undefined : lockDirectory(location.directory);
  try {
    const setup: EngineSetup = {
      ...(location.directory === undefined ? {} : { directory: location.directory }),
      ...(location.templateDirectory === undefined ? {} : { templateDirectory: location.templateDirectory }),
    };
    const worker = await openThread(setup, signal);
    const share = (): DatabaseAddress => ({ kind: 'pglite', port: attach(worker) });
    const onClose = async (remainingGraceMs: number): Promise<void> => {
      await closeThread(worker, remainingGraceMs);
      lock?.release();
    };
    const client = await connectClient(attach(worker), { share, onClose }, signal).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    const dump = async (): Promise<Uint8Array> => {
      const reply = nextReply(worker);
      post(worker, { type: 'dump' });
      const answer = await reply;
      if (answer.type !== 'dumped') throw new AppError('internal', `the database was not dumped: ${answer.type}`);
      return answer.tar;
    };
    return { ...client, dump };
  } catch (error) {
    lock?.release();
    throw error;
  }
};

const openShared = (port: MessagePort, { signal }: { readonly signal: AbortSignal }): Promise<Database> => {
  throwIfAborted(signal);
  const share = (): never => {
    throw new AppError('internal', 'only the thread that opened the embedded database can share it');
  };
  return connectClient(port, { share, onClose: () => Promise.resolve() }, signal);
};

export const pgliteAdapter: DatabaseAdapter<PgliteLocation | Extract<DatabaseAddress, { kind: 'pglite' }>> = {
  open: (location, options) => ('port' in location ? openShared(location.port, options) : openEmbedded(location, options)),
};
