/**
 * Entry of an engine process: one task, then the end. It has no environment to speak of, is told everything by pipe and sees neither the
 * server nor its database. When the worker goes away it ends by itself: here when the pipe closes, and by its lifeline when it is too busy
 * to notice. Its only argument is the folder for compiled code, or nothing.
 */
import { randomBytes } from 'node:crypto';
import module from 'node:module';
import { Socket } from 'node:net';
import type { ProgressEvent } from '../../domain/progress.ts';
import type { TaskCommand, TaskMessage } from './task-messages.ts';
import type { TaskRequest } from './task-request.ts';

const [, , compileCache = ''] = process.argv;
// Before anything larger is loaded.
if (compileCache !== '') module.enableCompileCache(compileCache);
const [{ AppError, messageOf }, { clip }, { uuidV7 }, { readJsonLines }, { commandLimits, messageDescriptor }, { runTask }] =
  await Promise.all([
    import('../../lib/errors.ts'),
    import('../../lib/text-safety.ts'),
    import('../../lib/uuid-v7.ts'),
    import('./json-lines.ts'),
    import('./task-messages.ts'),
    import('./run-task.ts'),
  ]);

const textCharacters = 4000;
const clock = { now: () => Date.now() };

const logOf = (event: ProgressEvent): string | undefined => {
  if (event.type === 'phase') return `phase ${event.phase}`;
  return event.type === 'note' ? event.message : undefined;
};

const channel = new Socket({ fd: messageDescriptor, readable: true, writable: true });
const end = new AbortController();
channel.on('error', () => channel.destroy());
channel.on('close', () => end.abort(new AppError('cancelled', 'the worker is gone')));

const send = (message: TaskMessage): Promise<void> =>
  new Promise((resolve) => channel.write(`${JSON.stringify(message)}\n`, () => resolve()));
let pinned = Promise.withResolvers<string>();

const run = async (request: TaskRequest): Promise<void> => {
  try {
    await runTask(
      request,
      {
        clock,
        newId: () => uuidV7(clock.now(), randomBytes(10)),
        onProgress: (event) => {
          const message = logOf(event);
          if (message !== undefined) void send({ type: 'log', level: 'info', message: clip(message, textCharacters) });
        },
        pin: (found) => {
          pinned = Promise.withResolvers<string>();
          void send({ type: 'pin', ...found });
          return pinned.promise;
        },
      },
      { signal: end.signal },
    );
    await send({ type: 'done' });
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
    const hint = known.hint === undefined ? {} : { hint: clip(known.hint, textCharacters) };
    await send({ type: 'failed', code: known.code, message: clip(known.message, textCharacters), ...hint });
  } finally {
    channel.destroy();
  }
};

const listen = async (): Promise<void> => {
  for await (const value of readJsonLines(channel, commandLimits)) {
    // Only the worker holds the other end.
    const command = value as TaskCommand;
    if (command.type === 'start') void run(command.request);
    else pinned.resolve(command.commit);
  }
};
await listen().catch(() => channel.destroy());
