import type { Acknowledged } from './load.ts';
import type { StoredScan } from './stored.ts';

const wrongEnd = (scan: StoredScan, { planned, fate }: Acknowledged): string | undefined => {
  const isPast = scan.state === 'completed';
  switch (fate) {
    case 'deleted':
      return 'was deleted and is there';
    case 'cancelled':
      return scan.state === 'cancelled' ? undefined : `was cancelled and is ${scan.state}`;
    case 'ended-before':
    case 'left':
      if (!isPast) return `is ${scan.state} (${scan.error ?? 'no error'})`;
      if (scan.coverage !== 'full') return `is ${scan.coverage ?? 'of no'} coverage`;
      if (scan.tasks !== planned.shards) return `has ${scan.tasks} tasks instead of ${planned.shards}`;
      return scan.findings === planned.target.findings ? undefined : `has ${scan.findings} findings instead of ${planned.target.findings}`;
  }
};

/** What was promised to clients against what is stored. */
export const compareScans = (acknowledged: readonly Acknowledged[], stored: readonly StoredScan[]): readonly string[] => {
  const violations: string[] = [];
  const left = new Map(stored.map((scan) => [scan.id, scan]));
  for (const one of acknowledged) {
    const ids = [...new Set(one.scanIds)];
    const [id = ''] = ids;
    if (ids.length !== 1) violations.push(`doubled: one submission gave the scans ${ids.join(', ')}`);
    const scan = left.get(id);
    for (const each of ids) left.delete(each);
    if (scan === undefined) {
      if (one.fate !== 'deleted') violations.push(`lost: scan ${id} was accepted and is not there`);
      continue;
    }
    const wrong = wrongEnd(scan, one);
    if (wrong !== undefined) violations.push(`scan ${id} ${wrong}`);
    if (scan.state === 'cancelled' && scan.lateResults > 0)
      violations.push(`scan ${id} was cancelled and got ${scan.lateResults} results after that`);
  }
  for (const id of left.keys()) violations.push(`doubled: scan ${id} is there and nobody asked for it`);
  return violations;
};
