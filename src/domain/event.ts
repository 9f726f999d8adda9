export const eventTypes = [
  'scan.created',
  'scan.scheduled',
  'scan.status_changed',
  'scan.completed',
  'scan.failed',
  'task.assigned',
  'task.completed',
  'task.failed',
  'worker.status_changed',
  'usage.recorded',
  'audit.appended',
] as const;
export type EventType = (typeof eventTypes)[number];

/** A fact that others may want to know. Written with the change itself; delivered at least once, in the order of `position`. */
export interface DomainEvent {
  readonly organizationId: string;
  readonly id: string;
  readonly type: EventType;
  readonly schemaVersion: number;
  readonly subjectId: string;
  readonly scanId?: string;
  readonly occurredAt: Date;
  readonly traceId?: string;
  /** Wire form: snake_case keys. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Missing until the relay has placed it. */
  readonly position?: number;
}
