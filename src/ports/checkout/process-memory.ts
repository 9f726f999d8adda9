import { readFileSync } from 'node:fs';

const pageBytes = 4096;

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/**
 * Resident memory of a process and all its descendants, in bytes; 0 where `/proc` does not tell. Shared pages count once a process, so
 * the sum errs to the high side by a few MiB. (Assumes 4 KiB pages; with larger ones it errs to the low side.)
 */
export const residentBytesOfTree = (pid: number): number => {
  const pages = Number(read(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0);
  const children = read(`/proc/${pid}/task/${pid}/children`)?.trim() ?? '';
  const below = children === '' ? 0 : children.split(' ').reduce((sum, child) => sum + residentBytesOfTree(Number(child)), 0);
  return pages * pageBytes + below;
};
