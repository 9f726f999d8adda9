import type { Random } from './random.ts';

/** What a scan looks at: how many findings it must give is known before it starts. */
export interface Target {
  readonly kind: 'archive' | 'git';
  /** Index of the archive, or of the branch. */
  readonly index: number;
  readonly findings: number;
}

export type Fate = 'complete' | 'cancel' | 'delete';

export interface PlannedScan {
  readonly ordinal: number;
  readonly project: number;
  readonly target: Target;
  readonly shards: number;
  readonly isBatch: boolean;
  /** Sent more than once, at the same time, with the same key. */
  readonly copies: number;
  readonly fate: Fate;
  /** Before it is cancelled or deleted. */
  readonly delayMs: number;
}

const fateOf = (random: Random): Fate => {
  const share = random.next();
  if (share < 0.08) return 'cancel';
  return share < 0.12 ? 'delete' : 'complete';
};

/** Scans until they have that many tasks together. */
export const planLoad = (tasks: number, projects: number, targets: readonly Target[], random: Random): readonly PlannedScan[] => {
  const planned: PlannedScan[] = [];
  for (let left = tasks; left > 0; ) {
    const shards = random.between(1, 6);
    planned.push({
      ordinal: planned.length,
      project: random.between(0, projects - 1),
      target: random.pick(targets),
      shards,
      isBatch: random.chance(0.3),
      copies: random.chance(0.15) ? random.between(2, 3) : 1,
      fate: fateOf(random),
      delayMs: random.between(0, 3000),
    });
    left -= shards;
  }
  return planned;
};
