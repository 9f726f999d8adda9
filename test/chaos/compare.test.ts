import { describe, expect, it } from 'vitest';
import { compareScans } from './compare.ts';
import type { Acknowledged } from './load.ts';
import type { StoredScan } from './stored.ts';

const accepted = (scanIds: readonly string[], fate: Acknowledged['fate'] = 'left'): Acknowledged => ({
  planned: {
    ordinal: 0,
    project: 0,
    target: { kind: 'archive', index: 0, findings: 5 },
    shards: 2,
    isBatch: false,
    copies: scanIds.length,
    fate: 'complete',
    delayMs: 0,
  },
  scanIds,
  fate,
});
const stored = (id: string, differs: Partial<StoredScan> = {}): StoredScan => ({
  id,
  state: 'completed',
  coverage: 'full',
  findings: 5,
  tasks: 2,
  error: null,
  lateResults: 0,
  ...differs,
});

describe('compareScans', () => {
  it('has nothing to say where every promise was kept', () => {
    const scans = [stored('a'), stored('b', { state: 'cancelled', coverage: null, findings: 0 })];
    expect(compareScans([accepted(['a', 'a']), accepted(['b'], 'cancelled'), accepted(['c'], 'deleted')], scans)).toEqual([]);
  });

  it.each<[string, readonly Acknowledged[], readonly StoredScan[], RegExp]>([
    ['a scan that is not there', [accepted(['a'])], [], /^lost: scan a/],
    ['one submission with two scans', [accepted(['a', 'b'])], [stored('a'), stored('b')], /^doubled: one submission/],
    ['a scan nobody asked for', [], [stored('a')], /^doubled: scan a/],
    ['a scan that did not end', [accepted(['a'])], [stored('a', { state: 'running' })], /is running/],
    ['a scan that failed', [accepted(['a'])], [stored('a', { state: 'failed', error: 'worker_lost' })], /is failed \(worker_lost\)/],
    ['part of a scan', [accepted(['a'])], [stored('a', { coverage: 'partial' })], /partial coverage/],
    ['a finding too few', [accepted(['a'])], [stored('a', { findings: 4 })], /4 findings instead of 5/],
    ['a finding too many', [accepted(['a'])], [stored('a', { findings: 6 })], /6 findings instead of 5/],
    ['a shard too many', [accepted(['a'])], [stored('a', { tasks: 3 })], /3 tasks instead of 2/],
    ['a cancelled scan that went on', [accepted(['a'], 'cancelled')], [stored('a')], /was cancelled and is completed/],
    ['a result after the end', [accepted(['a'], 'cancelled')], [stored('a', { state: 'cancelled', lateResults: 1 })], /got 1 results/],
    ['a deleted scan', [accepted(['a'], 'deleted')], [stored('a')], /was deleted and is there/],
  ])('tells %s', (_what, acknowledged, scans, expected) => {
    expect(compareScans(acknowledged, scans)).toEqual([expect.stringMatching(expected)]);
  });
});
