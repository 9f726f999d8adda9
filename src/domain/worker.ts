import type { WorkerCapabilities } from './lease-service.ts';

export type WorkerState = 'active' | 'draining' | 'stopped' | 'lost';

/** A worker as the server sees it. */
export interface Worker {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly slots: number;
  readonly capabilities: WorkerCapabilities;
  readonly state: WorkerState;
  readonly leasedTasks: number;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
  readonly stoppedAt?: Date;
}
