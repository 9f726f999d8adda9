import type { MessagePort } from 'node:worker_threads';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { AppError } from '../../../lib/errors.ts';
import { type Database, type DatabaseAddress, databaseError, type Transaction } from '../database.ts';
import { wireParameter } from '../parameters.ts';
import { assertCommitted, beginStatement, queryResult, type RawResult } from '../statement-result.ts';
import type { ClientMessage, EngineMessage, Failure } from './messages.ts';

export interface ClientHooks {
  readonly share: () => DatabaseAddress;
  /** After the last transaction of this client is over, or the grace period is. */
  readonly onClose: (remainingGraceMs: number) => Promise<void>;
}

const errorOf = (failure: Failure): Error =>
  failure.kind === 'refused' ? databaseError(failure.message, failure) : new AppError('database_unavailable', failure.message);

const gone = (): AppError =>
  new AppError('database_unavailable', 'the embedded database is closed, or its thread ended', {
    hint: 'Start the server again; nothing committed is lost.',
  });

const ignore = (): void => undefined;

type Waiting = PromiseWithResolvers<RawResult>;

/** A database behind a port of the engine's thread. Resolves when the engine has answered. */
export const connectClient = async (port: MessagePort, hooks: ClientHooks, signal: AbortSignal): Promise<Database> => {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(payload: string) => void>>();
  const running = new Set<Promise<unknown>>();
  const ready = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<never>();
  // Only ever raced; alone it is nobody's failure.
  ended.promise.catch(() => undefined);
  let closed = false;
  let closing: Promise<void> | undefined;
  let lastNumber = 0;
  const newNumber = (): number => (lastNumber += 1);

  const post = (message: ClientMessage): void => port.postMessage(message);

  const request = (make: (id: number) => ClientMessage): Promise<RawResult> => {
    if (closed) return Promise.reject(gone());
    const id = newNumber();
    const answer: Waiting = Promise.withResolvers();
    waiting.set(id, answer);
    post(make(id));
    return answer.promise;
  };

  port.on('message', (message: EngineMessage) => {
    switch (message.type) {
      case 'ready':
        return ready.resolve(message.serverVersion);
      case 'notice':
        for (const listener of listeners.get(message.channel) ?? []) listener(message.payload);
        return;
      case 'result':
        waiting.get(message.id)?.resolve(message.result);
        waiting.delete(message.id);
        return;
      case 'failure':
        waiting.get(message.id)?.reject(errorOf(message.failure));
        waiting.delete(message.id);
        return;
    }
  });
  port.on('close', () => {
    closed = true;
    ready.reject(gone());
    ended.reject(gone());
    for (const answer of waiting.values()) answer.reject(gone());
    waiting.clear();
  });

  /** Runs a turn: until its end the signal abandons it, and whoever waits for it is told at once. */
  const inTurn = async <Result>(
    signalOfCaller: AbortSignal,
    work: (turn: number, finishing: () => void) => Promise<Result>,
  ): Promise<Result> => {
    throwIfAborted(signalOfCaller);
    if (closed || closing !== undefined) throw gone();
    const turn = newNumber();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      if (!closed) post({ type: 'abandon', turn });
      aborted.reject(abortReason(signalOfCaller));
    };
    const finishing = (): void => signalOfCaller.removeEventListener('abort', onAbort);
    signalOfCaller.addEventListener('abort', onAbort, { once: true });
    const result = work(turn, finishing);
    const over = Promise.race([result, aborted.promise, ended.promise]);
    running.add(over);
    try {
      return await over;
    } finally {
      finishing();
      running.delete(over);
      result.catch(() => undefined);
    }
  };

  const transaction: Database['transaction'] = (work, options) =>
    inTurn(options.signal, async (turn, finishing) => {
      let open = true;
      const tx: Transaction = {
        query: async (sql, parameters = []) => {
          throwIfAborted(options.signal);
          if (!open) throw new TypeError('the transaction is over');
          const wire = parameters.map(wireParameter);
          return queryResult(await request((id) => ({ type: 'query', id, turn, sql, parameters: wire })));
        },
      };
      const end = (sql: 'commit' | 'rollback'): Promise<RawResult> => request((id) => ({ type: 'end', id, turn, sql }));

      await request((id) => ({ type: 'begin', id, turn, sql: beginStatement(options) }));
      try {
        const result = await work(tx);
        throwIfAborted(options.signal);
        open = false;
        // From here on it cannot be called back: what the engine answers is what happened.
        finishing();
        assertCommitted((await end('commit')).tag);
        return result;
      } catch (error) {
        if (open && !options.signal.aborted && !closed) await end('rollback');
        throw error;
      } finally {
        open = false;
      }
    });

  const listen: Database['listen'] = async (channel, onNotice, options) => {
    throwIfAborted(options.signal);
    const listener = (payload: string): void => onNotice(payload);
    const ofChannel = listeners.get(channel) ?? new Set();
    listeners.set(channel, ofChannel);
    ofChannel.add(listener);
    const stop = (): void => {
      ofChannel.delete(listener);
      if (ofChannel.size > 0 || listeners.get(channel) !== ofChannel) return;
      listeners.delete(channel);
      if (!closed) post({ type: 'unlisten', channel });
    };
    options.signal.addEventListener('abort', stop, { once: true });
    const aborted = new Promise<never>((_, reject) =>
      options.signal.addEventListener('abort', () => reject(abortReason(options.signal)), { once: true }),
    );
    aborted.catch(() => undefined);
    try {
      await Promise.race([request((id) => ({ type: 'listen', id, channel })), aborted]);
    } catch (error) {
      stop();
      throw error;
    }
  };

  const script: Database['script'] = (sql, options) =>
    inTurn(options.signal, async (turn) => {
      await request((id) => ({ type: 'script', id, turn, sql }));
    });

  const finish = async (graceMs: number): Promise<void> => {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.allSettled(running), late]);
    clearTimeout(timer);
    await hooks.onClose(Math.max(0, graceMs - (performance.now() - startedAt)));
    port.close();
  };

  const onAbort = (): void => ready.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  const serverVersion = await ready.promise
    .catch((error: unknown) => {
      port.close();
      throw error;
    })
    .finally(() => signal.removeEventListener('abort', onAbort));

  return {
    kind: 'pglite',
    serverVersion,
    transaction,
    script,
    listen,
    maintain: (options) => script('vacuum (analyze)', options),
    ended: ended.promise.then(ignore, ignore),
    share: hooks.share,
    close: ({ graceMs = 5000 } = {}) => (closing ??= finish(graceMs)),
  };
};
