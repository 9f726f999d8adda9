import { readFileSync } from 'node:fs';

/**
 * When a process was started, in ticks since the machine was: with its id the name of one process for good, since ids are given out again
 * (in a container mostly the same ones). Undefined where `/proc` does not tell.
 */
export const processStart = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in brackets, may hold anything. Field 22 of proc(5).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};
