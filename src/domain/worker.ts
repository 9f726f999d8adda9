import type { RegisterRequest } from './lease-service.ts';

export type WorkerState = 'active' | 'draining' | 'stopped' | 'lost';

/** A worker as the server sees it. */
export interface Worker extends Omit<RegisterRequest, 'workerId'> {
  readonly id: string;
  readonly state: WorkerState;
  readonly leasedTasks: number;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
  readonly stoppedAt?: Date;
}
