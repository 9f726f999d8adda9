import type { ClientConfig } from 'pg';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Transaction, TransactionOptions } from '../database.ts';
import { wireParameter } from '../parameters.ts';
import { assertCommitted, beginStatement, queryResult } from '../statement-result.ts';
import { cancelStatement } from './cancel.ts';
import type { Connection } from './connections.ts';
import { asPortError, unavailable } from './failures.ts';
import { runStatement } from './statement.ts';

export interface SessionDeps {
  readonly config: ClientConfig;
  readonly place: string;
}

/** After an abort the server has this long to say that it is over; then the connection is closed under it. */
const abortLimitMs = 800;
/** A COMMIT that is not answered after this is given up; whether it happened is not known. */
const commitLimitMs = 30_000;

const within = async <Value>(work: Promise<Value>, limitMs: number): Promise<Value | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** COMMIT cannot be called back: the signal only shortens how long its answer is waited for. */
const commit = async (connection: Connection, signal: AbortSignal, { place }: SessionDeps): Promise<void> => {
  const answer = runStatement(connection.client, 'commit', []).catch((error: unknown) => {
    const mapped = asPortError(error, place);
    throw mapped instanceof AppError ? unavailable(place, error, { commitUnknown: true }) : mapped;
  });
  answer.catch(() => undefined);
  const aborted = Promise.withResolvers<'aborted'>();
  const onAbort = (): void => aborted.resolve('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const first = await within(Promise.race([answer, aborted.promise]), commitLimitMs);
    const result = first === 'aborted' ? await within(answer, abortLimitMs) : first;
    if (result === 'late') {
      throw unavailable(place, new Error('COMMIT was not answered in time'), { commitUnknown: true });
    }
    assertCommitted(result.tag);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/**
 * Runs `work` on a connection that is taken for it and given back here. When the signal ends, a statement under way is cancelled on the
 * server and the connection closed, which rolls back; it never goes back to the pool, since the cancellation may still be on its way.
 */
export const runSession = async <Result>(
  connection: Connection,
  signal: AbortSignal,
  deps: SessionDeps,
  work: (
    run: <Value>(statement: () => Promise<Value>) => Promise<Value>,
  ) => Promise<{ readonly result: Result; readonly finish?: () => Promise<void> }>,
): Promise<Result> => {
  let running = false;
  let last: Promise<void> = Promise.resolve();
  const settled = (): void => {
    running = false;
  };
  const aborted = Promise.withResolvers<never>();
  let open = true;
  let state: 'usable' | 'broken' = 'broken';
  const onAbort = (): void => aborted.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });

  const run = async <Value>(statement: () => Promise<Value>): Promise<Value> => {
    throwIfAborted(signal);
    if (!open) throw new TypeError('the transaction is over');
    // One after the other, in the order of asking; those that wait when the signal ends are never sent.
    const answer = last.then(() => {
      throwIfAborted(signal);
      running = true;
      return statement();
    });
    last = answer.then(settled, settled);
    try {
      return await answer;
    } catch (error) {
      throwIfAborted(signal);
      throw asPortError(error, deps.place);
    }
  };

  /** Whatever happened, nothing of it stays; a connection that says so is usable again. */
  const rollBack = async (): Promise<void> => {
    const stopped = (async () => {
      if (running) {
        await Promise.all([cancelStatement(deps.config, connection.backendPid), last]);
        return;
      }
      await last;
      await runStatement(connection.client, 'rollback', []);
      state = 'usable';
    })();
    stopped.catch(() => undefined);
    await within(stopped, abortLimitMs).catch(() => undefined);
  };

  try {
    throwIfAborted(signal);
    const working = work(run);
    working.catch(() => undefined);
    const { result, finish } = await Promise.race([working, aborted.promise]);
    open = false;
    signal.removeEventListener('abort', onAbort);
    await finish?.();
    state = 'usable';
    return result;
  } catch (error) {
    if (open) {
      open = false;
      await rollBack();
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    connection.release(state);
  }
};

export const runTransaction = <Result>(
  connection: Connection,
  work: (tx: Transaction) => Promise<Result>,
  options: TransactionOptions,
  deps: SessionDeps,
): Promise<Result> =>
  runSession(connection, options.signal, deps, async (run) => {
    await run(() => runStatement(connection.client, beginStatement(options), []));
    const result = await work({
      query: async (sql, parameters = []) => {
        const wire = parameters.map(wireParameter);
        return queryResult(await run(() => runStatement(connection.client, sql, wire)));
      },
    });
    return { result, finish: () => commit(connection, options.signal, deps) };
  });

/** Its connection is not used again: a script may leave settings behind, or a transaction open. */
export const runScript = (connection: Connection, sql: string, signal: AbortSignal, deps: SessionDeps): Promise<void> =>
  runSession({ ...connection, release: () => connection.release('broken') }, signal, deps, async (run) => {
    await run(() => connection.client.query(sql));
    return { result: undefined };
  });
