import * as z from 'zod';
import type { TaskMessage } from './task-messages.ts';

export const messageLimits = { maxLineCharacters: 64 * 1024, maxLines: 20_000 } as const;

/** {@link TaskMessage} as it comes from a process that may have been taken over by what it looked at. */
export const taskMessageSchema: z.ZodType<TaskMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn']), message: z.string() }),
  z.object({
    type: z.literal('pin'),
    commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
    ref: z.string().min(1).max(255).exactOptional(),
  }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), code: z.string().max(64), message: z.string(), hint: z.string().exactOptional() }),
]);
