import { z } from 'zod';
import { type CallerContext, type Operation, operation } from '../operation.ts';
import { scanParams } from '../request-parts.ts';
import { eventShape, toEventWire } from '../wire/events.ts';
import { uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Events';

/** A comment keeps proxies from taking a quiet stream for a dead one. */
const heartbeatMs = 15_000;
/** How long a client waits before it comes back. */
const retryMs = 2000;

const resume = {
  headers: z.object({
    'last-event-id': z
      .string()
      .regex(/^\d{1,15}$/, 'expected the id of an event: a number')
      .optional()
      .describe('Go on behind that event; browsers send it by themselves.'),
  }),
  after: z.coerce.number().int().min(0).optional().describe('The same for clients that cannot set headers.'),
};

const responses = {
  200: {
    description:
      'Server-sent events; each has `id` (position), `event` (type) and `data` (JSON of this shape). A comment comes every 15 s.',
    contentType: 'text/event-stream',
    schema: eventShape,
  },
} as const;

async function* serverSent(
  { useCases, caller, signal, stopping }: CallerContext,
  range: { readonly after?: number; readonly scanId?: string },
): AsyncIterable<string> {
  // Sent at once, so that a client sees its stream open.
  yield `retry: ${retryMs}\n: open\n\n`;
  const end = AbortSignal.any([signal, stopping]);
  for await (const batch of useCases.followEvents(caller, range, { signal: end, heartbeatMs })) {
    let text = batch.length === 0 ? ': nothing new\n\n' : '';
    for (const { position, ...event } of batch) {
      if (position === undefined) continue;
      text += `id: ${position}\nevent: ${event.type}\ndata: ${JSON.stringify(toEventWire({ ...event, position }))}\n\n`;
    }
    yield text;
  }
}

const followEvents = operation({
  id: 'followEvents',
  method: 'GET',
  path: '/api/v1/events',
  tag,
  access: 'events:read',
  isEndless: true,
  summary: 'Follow what happens, live',
  description: 'Without `Last-Event-ID` from now on. An event may come twice after a broken connection; its `id` tells.',
  refusals: ['streams_full'],
  headers: resume.headers,
  query: z.strictObject({ scan_id: uuid.optional(), after: resume.after }),
  responses,
  handler: async ({ headers, query }, context) => {
    const after = headers['last-event-id'] === undefined ? query.after : Number(headers['last-event-id']);
    return { status: 200, stream: serverSent(context, withoutUndefined({ after, scanId: query.scan_id })) };
  },
});

const followScan = operation({
  id: 'followScan',
  method: 'GET',
  path: '/api/v1/scans/{scan_id}/events',
  tag,
  access: 'events:read',
  isEndless: true,
  summary: 'Follow one scan, from its beginning',
  refusals: ['not_found', 'streams_full'],
  params: scanParams,
  headers: resume.headers,
  query: z.strictObject({ after: resume.after }),
  responses,
  handler: async ({ params, headers, query }, context) => {
    const { useCases, caller, signal } = context;
    await useCases.scans.get(caller, params.scan_id, { signal });
    const after = headers['last-event-id'] === undefined ? (query.after ?? 0) : Number(headers['last-event-id']);
    return { status: 200, stream: serverSent(context, { after, scanId: params.scan_id }) };
  },
});

export const eventOperations: readonly Operation[] = [followEvents, followScan];
