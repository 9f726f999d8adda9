import type { MessagePort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { messageOf } from '../../../lib/errors.ts';
import { isDatabaseError } from '../database.ts';
import type { RawResult } from '../statement-result.ts';
import type { ClientMessage, EngineMessage, Failure } from './messages.ts';
import { createTurns } from './turns.ts';
import { runScript, runStatement } from './wire.ts';

/** A turn of a client, from its first message to its end. */
interface Turn {
  /** Statements of a turn run one after the other. */
  tail: Promise<void>;
  state: 'waiting' | 'open' | 'over';
  readonly cancel: () => void;
  /** Lets the next turn begin. */
  readonly finish: () => void;
}

interface Client {
  readonly port: MessagePort;
  readonly turns: Map<number, Turn>;
  readonly channels: Set<string>;
}

export interface Engine {
  readonly attach: (port: MessagePort) => void;
  readonly idle: () => Promise<void>;
}

const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const empty: RawResult = { columns: [], rows: [], tag: '' };

/**
 * Shares one PGlite between clients by turns. `onBroken` is called when the engine failed in a way that no server does (its memory ran out,
 * its code trapped): nothing it says after that can be trusted.
 */
export const createEngine = (pglite: PGlite, options: { readonly serverVersion: string; readonly onBroken: () => void }): Engine => {
  const queue = createTurns<Client>();
  const clients = new Set<Client>();

  const post = (client: Client, message: EngineMessage): void => client.port.postMessage(message);

  const failureOf = (error: unknown): Failure => {
    if (!isDatabaseError(error)) {
      options.onBroken();
      return { kind: 'unavailable', message: `the embedded database failed: ${messageOf(error)}` };
    }
    const { message, code, constraint, table } = error;
    return {
      kind: 'refused',
      message,
      code,
      ...(constraint === undefined ? {} : { constraint }),
      ...(table === undefined ? {} : { table }),
    };
  };

  const answer = async (client: Client, id: number, work: () => Promise<RawResult>): Promise<boolean> => {
    try {
      post(client, { type: 'result', id, result: await work() });
      return true;
    } catch (error) {
      post(client, { type: 'failure', id, failure: failureOf(error) });
      return false;
    }
  };

  const rollBack = async (): Promise<void> => {
    if (!pglite.isInTransaction()) return;
    await runScript(pglite, 'rollback').catch((error: unknown) => void failureOf(error));
  };

  const end = (client: Client, number: number, turn: Turn): void => {
    turn.state = 'over';
    client.turns.delete(number);
    turn.finish();
  };

  /** Takes a place in the queue; `first` is what the turn does when it comes, and says whether the turn stays open for more. */
  const take = (client: Client, number: number, first: () => Promise<boolean>): void => {
    const { promise: over, resolve: finish } = Promise.withResolvers<void>();
    const place = queue.add(client, () => {
      if (turn.state === 'waiting') turn.state = 'open';
      if (turn.state === 'over') return Promise.resolve();
      turn.tail = first().then(async (stays) => {
        if (stays || turn.state === 'over') return;
        await rollBack();
        end(client, number, turn);
      });
      return over;
    });
    const turn: Turn = { tail: Promise.resolve(), state: 'waiting', cancel: place.cancel, finish };
    client.turns.set(number, turn);
  };

  const abandon = (client: Client, number: number, turn: Turn): void => {
    client.turns.delete(number);
    turn.cancel();
    const wasOpen = turn.state === 'open';
    turn.state = 'over';
    if (!wasOpen) return;
    void turn.tail.then(rollBack).then(turn.finish);
  };

  /** Runs in an open turn, after what came before; a turn that is over answers nothing, as nobody waits. */
  const inTurn = (client: Client, number: number, work: (turn: Turn) => Promise<void>): void => {
    const turn = client.turns.get(number);
    if (turn === undefined) return;
    turn.tail = turn.tail.then(() => (turn.state === 'open' ? work(turn) : undefined));
  };

  const receive = (client: Client, message: ClientMessage): void => {
    switch (message.type) {
      case 'begin':
        return take(client, message.turn, () => answer(client, message.id, () => runStatement(pglite, message.sql, [])));
      case 'script':
        return take(client, message.turn, async () => {
          await answer(client, message.id, async () => {
            await runScript(pglite, message.sql);
            return empty;
          });
          return false;
        });
      case 'query':
        return inTurn(client, message.turn, async () => {
          await answer(client, message.id, () => runStatement(pglite, message.sql, message.parameters));
        });
      case 'end':
        return inTurn(client, message.turn, async (turn) => {
          await answer(client, message.id, () => runStatement(pglite, message.sql, []));
          await rollBack();
          end(client, message.turn, turn);
        });
      case 'abandon': {
        const turn = client.turns.get(message.turn);
        if (turn !== undefined) abandon(client, message.turn, turn);
        return;
      }
      case 'listen':
        // A turn of its own: inside a transaction of somebody else it would be undone with it.
        queue.add(client, async () => {
          await answer(client, message.id, async () => {
            await runScript(pglite, `listen ${quoteIdentifier(message.channel)}`);
            client.channels.add(message.channel);
            return empty;
          });
        });
        return;
      case 'unlisten':
        client.channels.delete(message.channel);
        return;
    }
  };

  pglite.onNotification((channel, payload) => {
    for (const client of clients) if (client.channels.has(channel)) post(client, { type: 'notice', channel, payload });
  });

  return {
    attach: (port) => {
      const client: Client = { port, turns: new Map(), channels: new Set() };
      clients.add(client);
      port.on('message', (message: ClientMessage) => receive(client, message));
      // Its thread ended or closed the database: what it had begun is undone.
      port.on('close', () => {
        clients.delete(client);
        queue.drop(client);
        for (const [number, turn] of client.turns) abandon(client, number, turn);
      });
      post(client, { type: 'ready', serverVersion: options.serverVersion });
    },
    idle: queue.idle,
  };
};
