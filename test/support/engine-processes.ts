import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ids of the processes that work below a folder, or did before it was removed: engines and what they started. */
export const processesBelow = (folder: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const isZombie = stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
        return !isZombie && readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
      } catch {
        return false;
      }
    });
