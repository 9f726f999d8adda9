import type { Candidate, ProjectRoom } from '../../store/claims.ts';

export interface Wanted {
  readonly slots: number;
  /** Of these, so many are for urgent work only. */
  readonly interactiveOnly: number;
}

/**
 * The tasks to lease of `candidates`, which come best first: as many as there are slots, batch work in no slot that is kept for interactive
 * scans, and scans started in no project beyond its room. A project without an entry in `rooms` starts none.
 */
export const chooseTasks = (
  candidates: readonly Candidate[],
  { slots, interactiveOnly }: Wanted,
  rooms: readonly ProjectRoom[],
): readonly Candidate[] => {
  const batchSlots = Math.max(0, slots - interactiveOnly);
  const running = new Set(rooms.flatMap((room) => room.runningScanIds));
  const free = new Map(rooms.map((room) => [room.projectId, room.maxRunningScans - room.runningScanIds.length]));

  const mayRun = ({ scanRuns, scanId, projectId }: Candidate): boolean => {
    if (scanRuns || running.has(scanId)) return true;
    const left = free.get(projectId) ?? 0;
    if (left <= 0) return false;
    free.set(projectId, left - 1);
    running.add(scanId);
    return true;
  };

  const chosen: Candidate[] = [];
  let batch = 0;
  for (const candidate of candidates) {
    if (chosen.length === slots) break;
    if (!candidate.isUrgent && batch === batchSlots) continue;
    if (!mayRun(candidate)) continue;
    if (!candidate.isUrgent) batch += 1;
    chosen.push(candidate);
  }
  return chosen;
};
