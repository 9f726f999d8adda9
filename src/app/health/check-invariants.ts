import { sql } from 'kysely';
import { type Invariant, invariants } from '../../store/invariants.ts';
import type { SystemDb } from '../../store/system-tx.ts';

export interface InvariantResult {
  readonly id: string;
  /** What is promised, as a sentence. */
  readonly promise: string;
  /** The first offenders, a line each; none: it holds. */
  readonly offenders: readonly string[];
  /** There are more than are named. */
  readonly hasMore: boolean;
}

const named = 20;

const check = async (system: SystemDb, { id, promise, sql: query }: Invariant, signal: AbortSignal): Promise<InvariantResult> => {
  const rows = await system.transaction(
    (tx) => tx.run<{ what: string }>(sql`select what from (${sql.raw(query)}) as broken limit ${sql.lit(named + 1)}`),
    { signal, readOnly: true, isolation: 'repeatable read' },
  );
  return { id, promise, offenders: rows.slice(0, named).map(({ what }) => what), hasMore: rows.length > named };
};

/**
 * Asks the database whether each promise of the server holds. Reads everything there is: for `doctor` and tests, not for a probe. `withSettled`
 * false leaves out those that hold only once the scheduler had a minute.
 */
export const checkInvariants = async (
  deps: { readonly system: SystemDb },
  { signal, withSettled }: { readonly signal: AbortSignal; readonly withSettled: boolean },
): Promise<readonly InvariantResult[]> => {
  const results: InvariantResult[] = [];
  for (const invariant of invariants) {
    if (withSettled || !invariant.settled) results.push(await check(deps.system, invariant, signal));
  }
  return results;
};
