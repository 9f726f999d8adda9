import { randomBytes } from 'node:crypto';
import { answerHeartbeat } from '../app/tasks/heartbeat.ts';
import { uuidV7 } from '../lib/uuid-v7.ts';
import type { Database, DatabaseAddress } from '../ports/database/database.ts';
import { openDatabase } from '../ports/database/registry.ts';
import type { LeaseServiceModule } from '../roles/worker/heartbeat-messages.ts';
import { openDoors } from '../store/open.ts';

/** What the heartbeat thread of a worker is given to reach the database without the main thread. */
export interface HeartbeatAddress {
  readonly address: DatabaseAddress;
  readonly leaseMs: number;
}

/** Loaded by the heartbeat thread itself, see {@link heartbeatSource}: a composition root of its own, and a small one. */
export const openLeaseService: LeaseServiceModule['openLeaseService'] = async (data, { signal }) => {
  const { address, leaseMs } = data as HeartbeatAddress;
  // Nothing else goes over this connection: heartbeats never wait for a free one.
  const database = await openDatabase(address.kind === 'postgres' ? { ...address, maxConnections: 1 } : address, { signal });
  const { system } = openDoors(database);
  const newId = (): string => uuidV7(Date.now(), randomBytes(10));
  const deps = { system, newId, limits: { leaseMs } };
  return {
    leases: { heartbeat: (request, options) => answerHeartbeat(deps, request, options) },
    isQueued: address.kind === 'pglite',
    close: () => database.close({ graceMs: 1000 }),
  };
};

/** The source for `startHeartbeat`, for the database of this process. */
export const heartbeatSource = (database: Pick<Database, 'share'>, leaseMs: number) => {
  const address = database.share();
  const data: HeartbeatAddress = { address, leaseMs };
  return {
    source: { moduleUrl: import.meta.url, data },
    transfer: address.kind === 'pglite' ? [address.port] : [],
  };
};
