import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processStart } from '../../src/lib/process-start.ts';

/** A process for good: ids are given out again, an id with a start is not. */
export interface ProcessName {
  readonly pid: number;
  readonly start: string;
}

const pids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

const nameOf = (pid: number): ProcessName | undefined => {
  const start = processStart(pid);
  return start === undefined ? undefined : { pid, start };
};

/** Everything a process started, and what they started, as far as it lives. */
export const descendantsOf = (pid: number): readonly ProcessName[] => {
  const parents = new Map(pids().map((each) => [each, parentOf(each)]));
  const isBelow = (each: number | undefined): boolean => {
    for (let at = each; at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  return [...parents]
    .flatMap(([each, parent]) => (each !== pid && isBelow(parent) ? [nameOf(each)] : []))
    .filter((name) => name !== undefined);
};

const isZombie = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
};

export const isRunning = ({ pid, start }: ProcessName): boolean => processStart(pid) === start && !isZombie(pid);

/** What works below a folder, or did before it was removed; with its command line. */
export const processesIn = (folder: string): readonly string[] =>
  pids().flatMap((pid) => {
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      if (cwd !== folder && !cwd.startsWith(`${folder}/`)) return [];
      if (isZombie(pid)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 200)}`];
    } catch {
      return [];
    }
  });
