import { expect, it } from 'vitest';
import { planFaults } from './fault-plan.ts';
import { planLoad } from './load-plan.ts';
import { parseOptions } from './options.ts';
import { createRandom } from './random.ts';

const target = { kind: 'archive', index: 0, findings: 1 } as const;

it('plans the same from the same seed, and something else from another', () => {
  const options = parseOptions(['--tasks', '100', '--kills', '9', '--pauses', '3']);
  if (options === 'help') throw new Error('not asked for help');
  const plan = (seed: number) => ({
    load: planLoad(options.tasks, 3, [target], createRandom(seed)),
    faults: planFaults(options, createRandom(seed)),
  });
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
  expect(plan(1).load.reduce((sum, { shards }) => sum + shards, 0)).toBeGreaterThanOrEqual(100);
  const kinds = plan(1).faults.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind.startsWith('kill-worker'))).toHaveLength(9);
  expect(kinds.filter((kind) => kind === 'pause')).toHaveLength(3);
});

it.each([
  [['--database', 'oracle'], /postgres or embedded/],
  [['--kills', 'many'], /whole number/],
  [['--database', 'embedded', '--kills', '1'], /one process/],
  [['--unknown'], /unknown/i],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
