import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTaskProcess, type TaskEnd, type TaskLimits } from '../../src/analysis/task/start-task-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { hostileLimits, hostileRequest } from '../support/worker/hostile-request.ts';

/** What an engine process may do to the worker that runs it, when what it looked at has taken it over. */
let folder: TemporaryFolder;
let log: string[];
beforeEach(() => {
  folder = temporaryFolder();
  log = [];
});
afterEach(() => {
  vi.useRealTimers();
  folder.remove();
});

const start = (entry: string, limits: Partial<TaskLimits> = {}, signal = new AbortController().signal) =>
  startTaskProcess(hostileRequest(folder.path), {
    limits: { ...hostileLimits, ...limits },
    onLog: (level, message) => log.push(`${level} ${message}`),
    onPin: async () => undefined,
    signal,
    entry: new URL(`../support/worker/hostile/${entry}.ts`, import.meta.url),
  });

/** Processes of a group; those that only wait to be collected do not count. */
const membersOf = (group: number): string[] =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
/** The program that `busy` runs as engines run theirs, in a group of its own, with the shell that waits beside it. */
const sleepers = (): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').endsWith('/sleep\u00001001\u0000') && !isZombie(name);
    } catch {
      return false;
    }
  });
const isZombie = (pid: string): boolean => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
/** `busy` has started everything and answers nobody any more. */
const isAtWork = (): boolean => {
  const path = join(folder.path, 'started');
  return existsSync(path) && readFileSync(path).length > 0 && sleepers().length > 0;
};

const failed = (code: string, retryable: boolean): Partial<TaskEnd> => ({ state: 'failed', code, retryable }) as Partial<TaskEnd>;

it.each([
  ['crash', failed('engine_failed', true)],
  ['exit', failed('engine_failed', true)],
  ['heap', failed('memory_limit', true)],
  ['resident', failed('memory_limit', true)],
  ['print', failed('engine_output_invalid', false)],
  ['chatter', failed('engine_output_invalid', false)],
  ['endless-line', failed('engine_output_invalid', false)],
  ['nonsense', failed('engine_output_invalid', false)],
  ['strange-code', failed('engine_failed', false)],
] as const)('%s: one task fails, the worker lives', async (entry, expected) => {
  const task = start(entry);
  expect(await task.ended).toMatchObject(expected);
  await until(() => expect(membersOf(task.pid)).toEqual([]));
  expect(log.join('\n')).not.toContain('\u001b');
});

it('takes what it is told as text, never as something to obey', async () => {
  expect(await start('strange-code').ended).toMatchObject({ message: 'abc' });
});

it('has no environment but its own folder, and no secret in it or on its command line', async () => {
  const task = start('environment');
  expect(await task.ended).toMatchObject({ state: 'done' });
  const told = JSON.parse(log[0]?.replace('info ', '') ?? '') as Record<string, unknown>;
  const { PWD: _, OLDPWD: __, SHLVL: ___, ...own } = told;
  expect(own).toEqual({
    PATH: '/usr/bin:/bin',
    HOME: folder.path,
    TMPDIR: folder.path,
    LC_ALL: 'C',
    argv: [expect.any(String)],
    cwd: folder.path,
  });
  expect(JSON.stringify(told)).not.toContain('canary');
});

it('is ended when its time is over, with what it started, though it answers nobody', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const timeoutMs = 60_000;
  const task = start('busy', { timeoutMs });
  // Only now its time goes on: a machine that needs long to start it must not end it before there is something to end.
  while (!isAtWork()) await sleep(25);
  vi.advanceTimersByTime(timeoutMs);
  vi.useRealTimers();
  expect(await task.ended).toMatchObject(failed('deadline_exceeded', true));
  await until(() => expect([membersOf(task.pid), sleepers()]).toEqual([[], []]));
});

it('is ended by the signal', async () => {
  const controller = new AbortController();
  const task = start('busy', {}, controller.signal);
  await until(() => expect(isAtWork()).toBe(true));
  controller.abort();
  expect(await task.ended).toEqual({ state: 'stopped' });
  await until(() => expect([membersOf(task.pid), sleepers()]).toEqual([[], []]));
});

it('does not outlive a worker that is killed, however busy it is, and neither do its programs', async () => {
  const runner = fileURLToPath(new URL('../support/worker/run-hostile.ts', import.meta.url));
  const worker = spawn(process.execPath, [runner, folder.path, 'busy'], { stdio: 'ignore' });
  await until(() => expect(isAtWork()).toBe(true));
  const group = Number(readFileSync(join(folder.path, 'started'), 'utf8').split(' ')[0]);
  expect([membersOf(group).length > 1, sleepers().length > 0]).toEqual([true, true]);
  worker.kill('SIGKILL');
  await until(() => expect([membersOf(group), sleepers()]).toEqual([[], []]));
});
