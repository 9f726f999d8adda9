/** Whole commands, timed from outside and in turn, so that a drifting machine hits both alike. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly label: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  /** Exit codes that count as success. */
  readonly accept?: readonly number[];
}

export interface Sample {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Largest resident set of one process of the command. */
  readonly peakMebibytes: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** One run. @throws Error when it ends with another exit code than accepted. Needs GNU time (Debian package `time`). */
export const runOnce = (command: Command): Sample => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const figures = join(folder, 'figures');
    const started = process.hrtime.bigint();
    const { status, stderr } = spawnSync('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', figures, ...command.argv], {
      cwd: command.cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1024 ** 3,
    });
    const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (!(command.accept ?? [0]).includes(status ?? -1))
      throw new Error(`${command.label} ended with ${status}: ${stderr.toString().slice(-2000)}`);
    const [user = 0, system = 0, peak = 0] = readFileSync(figures, 'utf8').trim().split(' ').map(Number);
    return { wallSeconds, cpuSeconds: user + system, peakMebibytes: peak / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Runs the commands in turn, once uncounted, then `runs` times. */
export const runInTurn = (commands: readonly Command[], runs: number): Map<string, Sample[]> => {
  const samples = new Map(commands.map((command) => [command.label, [] as Sample[]]));
  for (let round = 0; round <= runs; round += 1) {
    for (const command of commands) {
      const sample = runOnce(command);
      if (round > 0) samples.get(command.label)?.push(sample);
    }
  }
  return samples;
};

/** A line for each command: medians, and the ratio to the last one, its peer. */
export const printComparison = (title: string, samples: ReadonlyMap<string, readonly Sample[]>): void => {
  const rows = [...samples].map(([label, all]) => ({
    label,
    wall: median(all.map((sample) => sample.wallSeconds)),
    cpu: median(all.map((sample) => sample.cpuSeconds)),
    peak: median(all.map((sample) => sample.peakMebibytes)),
    runs: all.length,
  }));
  const peer = rows.at(-1);
  console.log(`\n${title} (medians of ${peer?.runs ?? 0} runs in turn)`);
  for (const row of rows) {
    const ratio = peer === undefined || row === peer ? '' : `  wall ratio to ${peer.label}: ${(row.wall / peer.wall).toFixed(2)}`;
    console.log(
      `  ${row.label.padEnd(24)} wall ${row.wall.toFixed(3)} s  cpu ${row.cpu.toFixed(3)} s  peak ${row.peak.toFixed(0)} MiB${ratio}`,
    );
  }
};

/** The launcher at the top of this checkout. */
export const sightline = join(import.meta.dirname, '..', 'sightline');
