import type { ChaosOptions } from './options.ts';
import type { Random } from './random.ts';

export type FaultKind = 'kill-worker' | 'kill-worker-tree' | 'kill-server' | 'pause' | 'restart-database';

/** Something that goes wrong when so much of the load is done. */
export interface Fault {
  readonly kind: FaultKind;
  /** From 0 to 1. */
  readonly atShare: number;
}

const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Spread evenly over the first nine tenths of the load, in an order of chance: the last ones need work to go wrong in, too. */
export const planFaults = (options: ChaosOptions, random: Random): readonly Fault[] => {
  const kinds = random.shuffled<FaultKind>([
    ...many(options.workerKills, (index) => (index % 3 === 2 ? ('kill-worker-tree' as const) : ('kill-worker' as const))),
    ...many(options.serverKills, () => 'kill-server' as const),
    ...many(options.pauses, () => 'pause' as const),
    ...many(options.databaseRestarts, () => 'restart-database' as const),
  ]);
  return kinds.map((kind, index) => ({ kind, atShare: (0.9 * index) / kinds.length }));
};
