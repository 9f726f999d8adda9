import { describe, expect, test } from 'vitest';
import type { Candidate, ProjectRoom } from '../../store/claims.ts';
import { chooseTasks } from './choose-tasks.ts';

const candidate = (taskId: string, more: Partial<Candidate> = {}): Candidate => ({
  organizationId: 'o',
  taskId,
  projectId: 'p',
  scanId: `scan of ${taskId}`,
  priority: 'interactive',
  isUrgent: true,
  scanRuns: true,
  ...more,
});
const room = (maxRunningScans: number, runningScanIds: readonly string[] = [], projectId = 'p'): ProjectRoom => ({
  organizationId: 'o',
  projectId,
  maxRunningScans,
  runningScanIds,
});
const chosen = (...given: Parameters<typeof chooseTasks>): readonly string[] => chooseTasks(...given).map((task) => task.taskId);

describe('which tasks a claim takes', () => {
  test('as many as there are slots, in the order given', () => {
    expect(
      chosen(
        ['a', 'b', 'c'].map((id) => candidate(id)),
        { slots: 2, interactiveOnly: 0 },
        [],
      ),
    ).toEqual(['a', 'b']);
  });

  test('batch work leaves the kept slots free, urgent work may have all', () => {
    const batch = ['a', 'b', 'c'].map((id) => candidate(id, { priority: 'batch', isUrgent: false }));
    expect(chosen(batch, { slots: 3, interactiveOnly: 2 }, [])).toEqual(['a']);
    expect(chosen(batch, { slots: 1, interactiveOnly: 1 }, [])).toEqual([]);
    expect(chosen(batch, { slots: 1, interactiveOnly: 5 }, [])).toEqual([]);
    const waited = batch.map((task) => ({ ...task, isUrgent: true }));
    expect(chosen(waited, { slots: 3, interactiveOnly: 3 }, [])).toEqual(['a', 'b', 'c']);
    expect(chosen([candidate('u'), ...batch], { slots: 3, interactiveOnly: 1 }, [])).toEqual(['u', 'a', 'b']);
  });

  test('scans are started while their project has room; a started one may take more', () => {
    const waiting = [
      candidate('a1', { scanId: 'A', scanRuns: false }),
      candidate('b1', { scanId: 'B', scanRuns: false }),
      candidate('a2', { scanId: 'A', scanRuns: false }),
      candidate('c1', { scanId: 'C', scanRuns: false }),
    ];
    const wanted = { slots: 9, interactiveOnly: 0 };
    expect(chosen(waiting, wanted, [room(1)])).toEqual(['a1', 'a2']);
    expect(chosen(waiting, wanted, [room(2)])).toEqual(['a1', 'b1', 'a2']);
    expect(chosen(waiting, wanted, [room(1, ['X'])])).toEqual([]);
    // Somebody else started C between the look and the lock.
    expect(chosen(waiting, wanted, [room(1, ['C'])])).toEqual(['c1']);
    expect(chosen(waiting, wanted, [room(9, [], 'another project')])).toEqual([]);
  });
});
