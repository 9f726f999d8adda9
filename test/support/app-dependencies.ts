import { randomBytes } from 'node:crypto';
import type { AppDependencies, ServerLimits } from '../../src/app/dependencies.ts';
import { createKeyring } from '../../src/app/keyring/keyring.ts';
import type { Caller } from '../../src/domain/caller.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openBlobStore } from '../../src/ports/blob-store/registry.ts';
import type { Topic } from '../../src/ports/dispatcher/dispatcher.ts';
import type { SystemDb } from '../../src/store/system-tx.ts';
import type { TestDatabase } from './test-database.ts';

export const testLimits: ServerLimits = {
  maxActiveScans: 50_000,
  leaseMs: 15_000,
  maxAttempts: 3,
  taskTimeoutMs: 1_800_000,
  scanTimeoutMs: 86_400_000,
  maxUploadBytes: 1024 ** 3,
  maxPendingUploads: 1000,
  maxPendingUploadBytes: 64 * 1024 ** 3,
  uploadUrlMs: 86_400_000,
  downloadUrlMs: 3_600_000,
  retentionMs: 90 * 86_400_000,
  keepLatest: true,
  eventRetentionMs: 30 * 86_400_000,
  allowHosts: [],
};

export interface TestDependencies extends AppDependencies {
  readonly system: SystemDb;
  /** Folder of the blob store. */
  readonly blobFolder: string;
  /** What was announced so far. */
  readonly announced: readonly Topic[];
}

/** Everything real but the dispatcher, which writes down what it is told. */
export const createTestDependencies = async (test: TestDatabase, limits: Partial<ServerLimits> = {}): Promise<TestDependencies> => {
  const blobFolder = await test.newFolder();
  const announced: Topic[] = [];
  return {
    asOrganization: test.doors.asOrganization,
    system: test.doors.system,
    clock: test.clock,
    newId: test.newId,
    random: () => 0.5,
    dispatcher: {
      kind: 'in-process',
      announce: (topic) => {
        announced.push(topic);
      },
      subscribe: () => undefined,
      close: () => Promise.resolve(),
    },
    blobs: await openBlobStore({ kind: 'fs', directory: blobFolder }, { clock: test.clock, signal: test.signal }),
    keyring: createKeyring(randomBytes(32)),
    log: silentLog,
    limits: { ...testLimits, ...limits },
    blobFolder,
    announced,
  };
};

export const callerOf = (organizationId: string): Caller => ({ organizationId, actor: 'operator', requestId: 'test-request' });
