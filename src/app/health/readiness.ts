import { sql } from 'kysely';
import { withDeadline } from '../../lib/abort.ts';
import { isAppError, messageOf } from '../../lib/errors.ts';
import type { BlobStore } from '../../ports/blob-store/blob-store.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { HealthCheck, Readiness } from './health-check.ts';

export interface ReadinessDependencies {
  readonly system: SystemDb;
  readonly blobs: Pick<BlobStore, 'check'>;
  /** Names of migrations this version brings that the database lacks. */
  readonly pendingMigrations: (options: { readonly signal: AbortSignal }) => Promise<readonly string[]>;
}

/** A part that does not answer within it is not ready, whatever it would have said. */
const answerWithinMs = 5000;
/** With less room a scan could not store what it found. */
const leastFreeBytes = 256 * 1024 * 1024;

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2).toLocaleString('en-US')} MiB`;

/** A check that failed is an answer, not an error. */
const attempt = async (name: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<HealthCheck>): Promise<HealthCheck> => {
  const limit = withDeadline(signal, answerWithinMs, 'deadline_exceeded', `no answer within ${answerWithinMs / 1000} s`);
  try {
    return await ask(limit.signal);
  } catch (error) {
    const hint = isAppError(error) ? error.hint : undefined;
    return { name, isOk: false, detail: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  } finally {
    limit.clear();
  }
};

/** Can this process do its work right now? Asks the parts themselves, each for a bounded time. */
export const checkReadiness = async (deps: ReadinessDependencies, { signal }: { readonly signal: AbortSignal }): Promise<Readiness> => {
  const checks = await Promise.all([
    attempt('database', signal, async (until) => {
      await deps.system.transaction((tx) => tx.one(sql`select 1 as answer`), { signal: until, readOnly: true });
      return { name: 'database', isOk: true, detail: 'answers' };
    }),
    attempt('migrations', signal, async (until) => {
      const pending = await deps.pendingMigrations({ signal: until });
      return pending.length === 0
        ? { name: 'migrations', isOk: true, detail: 'up to date' }
        : { name: 'migrations', isOk: false, detail: `missing: ${pending.join(', ')}`, hint: 'Run "sightline db migrate".' };
    }),
    attempt('storage', signal, async (until) => {
      const { freeBytes } = await deps.blobs.check({ signal: until });
      if (freeBytes === undefined) return { name: 'storage', isOk: true, detail: 'takes and gives back objects' };
      return freeBytes >= leastFreeBytes
        ? { name: 'storage', isOk: true, detail: `${inMebibytes(freeBytes)} free` }
        : {
            name: 'storage',
            isOk: false,
            detail: `only ${inMebibytes(freeBytes)} free`,
            hint: `Make room: at least ${inMebibytes(leastFreeBytes)} are needed.`,
          };
    }),
  ]);
  return { isReady: checks.every(({ isOk }) => isOk), checks };
};
