import { z } from 'zod';
import type { DomainEvent } from '../../domain/event.ts';
import { eventTypes } from '../../domain/event.ts';
import { instant, toInstant, uuid } from './values.ts';

/** `data` of one server-sent event; its `id` is the position, its `event` the type. */
export const eventShape = z
  .object({
    id: uuid,
    position: z.int().describe('Only ever grows; `Last-Event-ID` resumes after it.'),
    type: z.enum(eventTypes),
    schema_version: z.int(),
    subject_id: z.string(),
    scan_id: uuid.nullable(),
    occurred_at: instant,
    trace_id: z.string().nullable(),
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
export type EventWire = z.infer<typeof eventShape>;

export const toEventWire = (event: DomainEvent & { readonly position: number }): EventWire => ({
  id: event.id,
  position: event.position,
  type: event.type,
  schema_version: event.schemaVersion,
  subject_id: event.subjectId,
  scan_id: event.scanId ?? null,
  occurred_at: toInstant(event.occurredAt),
  trace_id: event.traceId ?? null,
  payload: { ...event.payload },
});
