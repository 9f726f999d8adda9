import { sql } from 'kysely';
import type { DomainEvent, EventType } from '../domain/event.ts';
import { storableJson } from './storable-text.ts';
import type { SystemTx } from './system-tx.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export type NewEvent = Omit<DomainEvent, 'organizationId' | 'occurredAt' | 'position'>;

/** What happens to a scan's tasks belongs to the request that asked for the scan. */
const traceOfScan = (tx: OrgTx, scanId: string) =>
  sql<string | null>`(select trace_id from scans
    where organization_id = ${tx.organizationId} and id = ${scanId} and created_at = uuid_v7_time(${scanId}::uuid))`;

/** Written with the change it speaks of: both are there or neither. Announce `events` after the commit, so that the relay comes soon. */
export const appendEvents = async (tx: OrgTx, events: readonly NewEvent[]): Promise<void> => {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    organization_id: tx.organizationId,
    id: event.id,
    type: event.type,
    schema_version: event.schemaVersion,
    subject_id: event.subjectId,
    scan_id: event.scanId ?? null,
    trace_id: event.traceId ?? (event.scanId === undefined ? null : traceOfScan(tx, event.scanId)),
    payload: storableJson(event.payload),
  }));
  await tx.change(tx.build.insertInto('events').values(rows));
};

export const appendEvent = (tx: OrgTx, event: NewEvent): Promise<void> => appendEvents(tx, [event]);

/** Two relays at once would mix their positions: one waits here until the other's are visible. */
const relayLock = 7_368_105;

/**
 * Gives the oldest events that have none their positions, in the order they were written; number of them. Positions become visible in their
 * order, since one transaction at a time gives them: a reader at position n never misses one below n. They may have gaps.
 */
export const placeUnplacedEvents = async (tx: SystemTx, limit: number): Promise<number> => {
  await tx.run(sql`select pg_advisory_xact_lock(${relayLock})`);
  return tx.change(sql`
    with unplaced as materialized (
      select organization_id, id from events where position is null order by ordinal limit ${limit}
    ), placed as materialized (
      select organization_id, id, nextval('event_positions') as position from unplaced
    )
    update events e set position = p.position from placed p where e.organization_id = p.organization_id and e.id = p.id`);
};

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly subject_id: string;
  readonly scan_id: string | null;
  readonly occurred_at: Date;
  readonly trace_id: string | null;
  readonly payload: unknown;
  readonly position: number | null;
}

const toEvent = (organizationId: string, row: EventRow): DomainEvent => ({
  organizationId,
  id: row.id,
  type: row.type as EventType,
  schemaVersion: row.schema_version,
  subjectId: row.subject_id,
  occurredAt: row.occurred_at,
  payload: row.payload as DomainEvent['payload'],
  ...withoutNulls({ scanId: row.scan_id, traceId: row.trace_id, position: row.position }),
});

export interface EventRange {
  /** Those behind this position; 0 for all that are kept. */
  readonly afterPosition: number;
  readonly limit: number;
  readonly scanId?: string;
}

/** Placed events in the order of their positions. */
export const eventsAfter = async (tx: OrgTx, range: EventRange): Promise<readonly DomainEvent[]> => {
  let query = tx.build
    .selectFrom('events')
    .select(['id', 'type', 'schema_version', 'subject_id', 'scan_id', 'occurred_at', 'trace_id', 'payload', 'position'])
    .where('organization_id', '=', tx.organizationId)
    .where('position', '>', range.afterPosition)
    .orderBy('position')
    .limit(range.limit);
  if (range.scanId !== undefined) query = query.where('scan_id', '=', range.scanId);
  return (await tx.run(query)).map((row) => toEvent(tx.organizationId, row));
};

/** Of the organisation; 0 when it has none. */
export const newestPosition = async (tx: OrgTx): Promise<number> => {
  const row = await tx.one(sql<{ position: number }>`
    select position from events where organization_id = ${tx.organizationId} and position is not null order by position desc limit 1`);
  return row?.position ?? 0;
};

/** How far the relay is behind. */
export const unplacedEvents = async (tx: SystemTx): Promise<{ readonly count: number; readonly oldestAgeMs: number }> => {
  const row = await tx.one(sql<{ count: number; age_ms: number }>`
    select count(*) as count, coalesce(extract(epoch from clock_timestamp() - min(occurred_at)) * 1000, 0)::float8 as age_ms
    from events where position is null`);
  return { count: row?.count ?? 0, oldestAgeMs: Math.max(0, Math.round(row?.age_ms ?? 0)) };
};

/** Placed events that are older; those nobody could have seen yet stay. */
export const countEventsBefore = async (tx: SystemTx, before: Date): Promise<number> => {
  const row = await tx.one(sql<{ count: number }>`
    select count(*) as count from events where occurred_at < ${before} and position is not null`);
  return row?.count ?? 0;
};

export const deleteEventsBefore = (tx: SystemTx, before: Date, limit: number): Promise<number> =>
  tx.change(sql`
    delete from events where (organization_id, id) in (
      select organization_id, id from events where occurred_at < ${before} and position is not null
      order by occurred_at limit ${limit} for update skip locked)`);
