import type { TaskRequest } from './task-request.ts';

/** Descriptor of the pipe both sides speak on, one JSON object a line; the next one is the lifeline of `lib/lifeline.ts`. */
export const messageDescriptor = 3;
export const lifelineDescriptor = 4;

/** What the worker sends: one `start`, then an answer to each `pin`. Trusted. */
export type TaskCommand = { readonly type: 'start'; readonly request: TaskRequest } | { readonly type: 'pinned'; readonly commit: string };

/** Bounded by what options, secrets and settings need. */
export const commandLimits = { maxLineCharacters: 16 * 1024 ** 2, maxLines: 1000 } as const;

/** What the engine process sends. The last one is `done` or `failed`. It has looked at hostile bytes: see `task-message-schema.ts`. */
export type TaskMessage =
  | { readonly type: 'log'; readonly level: 'debug' | 'info' | 'warn'; readonly message: string }
  | { readonly type: 'pin'; readonly commit: string; readonly ref?: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly hint?: string };
