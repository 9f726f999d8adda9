import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BoundedRun, findProgram, printableOutput, runBounded } from './child-process.ts';
import { AppError } from './errors.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'child-process-'));
});
afterEach(async () => {
  await rm(scratch, { recursive: true, force: true });
});

const open = new AbortController().signal;
const shell = (script: string, changes: Partial<BoundedRun> = {}): BoundedRun => ({
  command: 'sh',
  args: ['-c', script],
  cwd: scratch,
  env: { PATH: '/usr/bin:/bin' },
  timeoutMs: 20_000,
  maxOutputBytes: 1_000_000,
  ...changes,
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until the file holds a number; the scripts write their process ids there. */
const pidIn = async (path: string): Promise<number> => {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (/^\d+\n$/.test(text)) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** A killed process may stay a zombie for a moment until its new parent collects it. */
const gone = async (pid: number): Promise<boolean> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (!isAlive(pid)) return true;
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (/\) Z /.test(state)) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
};

describe('runBounded', () => {
  it('gives exit code, output and error text', async () => {
    const result = await runBounded(shell('echo out; echo err >&2; exit 3'), { signal: open });
    expect({ ...result, stdout: Buffer.from(result.stdout).toString() }).toEqual({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err',
    });
  });

  it('passes on nothing of this process: not its environment, not its stdin', async () => {
    process.env['CHILD_PROCESS_CANARY'] = 'seen';
    try {
      const result = await runBounded(shell('env; cat; pwd'), { signal: open });
      const text = Buffer.from(result.stdout).toString();
      expect(text).not.toContain('CANARY');
      expect(text).not.toContain('HOME=');
      expect(text.trim().endsWith(scratch)).toBe(true);
    } finally {
      delete process.env['CHILD_PROCESS_CANARY'];
    }
  });

  it('never reads an argument as shell text', async () => {
    const result = await runBounded({ ...shell(''), command: 'printf', args: ['%s', '$(touch pwned); `id` | cat'] }, { signal: open });
    expect(Buffer.from(result.stdout).toString()).toBe('$(touch pwned); `id` | cat');
  });

  it('kills the whole group on abort, children included', async () => {
    const controller = new AbortController();
    const running = runBounded(shell('sleep 300 & echo $! > child; echo $$ > self; wait'), { signal: controller.signal });
    const [child, self] = [await pidIn(join(scratch, 'child')), await pidIn(join(scratch, 'self'))];
    controller.abort(new AppError('cancelled', 'stop'));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect([await gone(child), await gone(self)]).toEqual([true, true]);
  });

  it('ends a program that ignores polite signals', async () => {
    const controller = new AbortController();
    const running = runBounded(shell("trap '' TERM INT HUP; echo $$ > self; while :; do sleep 1; done"), { signal: controller.signal });
    const self = await pidIn(join(scratch, 'self'));
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await gone(self)).toBe(true);
  });

  it('leaves no child of a program that ended by itself', async () => {
    const result = await runBounded(shell('sleep 300 & echo $! > child; exit 0'), { signal: open });
    expect(result.exitCode).toBe(0);
    expect(await gone(await pidIn(join(scratch, 'child')))).toBe(true);
  });

  it('does not wait for a grandchild that left the group and holds the pipes', async () => {
    const result = await runBounded(
      shell('setsid sh -c "echo \\$\\$ > child; exec sleep 300" & while [ ! -s child ]; do sleep 0.01; done'),
      { signal: open },
    );
    expect(result.exitCode).toBe(0);
    const escaped = await pidIn(join(scratch, 'child'));
    expect(isAlive(escaped)).toBe(true);
    process.kill(escaped, 'SIGKILL');
  });

  it('ends at its deadline', async () => {
    await expect(runBounded(shell('sleep 300', { timeoutMs: 50 }), { signal: open })).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it.each(['stdout', 'stderr'])('ends a program that floods %s', async (stream) => {
    const run = shell(`echo $$ > self; exec yes ${stream === 'stderr' ? '>&2' : ''}`, { maxOutputBytes: 100_000 });
    await expect(runBounded(run, { signal: open })).rejects.toMatchObject({
      code: 'tool_failed',
      message: expect.stringContaining('100000'),
    });
    expect(await gone(await pidIn(join(scratch, 'self')))).toBe(true);
  });

  it('does not start anything when the signal is aborted already', async () => {
    await expect(runBounded(shell('touch started'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(readFile(join(scratch, 'started'))).rejects.toThrow('ENOENT');
  });

  it('says that nothing can be started where no descriptor is left', async () => {
    const script = `
      import { openSync } from 'node:fs';
      import { runBounded } from ${JSON.stringify(new URL('child-process.ts', import.meta.url).href)};
      const run = { command: '/bin/sh', args: ['-c', ':'], cwd: '/', env: {}, timeoutMs: 20_000, maxOutputBytes: 100 };
      const { signal } = new AbortController();
      await runBounded(run, { signal });
      try {
        for (;;) openSync('/dev/null');
      } catch {}
      await runBounded(run, { signal }).catch((error) => console.log(error.code, error.message));`;
    const starved = 'ulimit -n 64; exec "$0" --input-type=module-typescript -e "$1"';
    const run = shell('', { args: ['-c', starved, process.execPath, script] });
    const { stdout } = await runBounded(run, { signal: open });
    expect(Buffer.from(stdout).toString()).toMatch(/^tool_failed \/bin\/sh could not be started: .*EMFILE/);
  });

  it('says which program is missing, or cannot be started', async () => {
    await expect(runBounded(shell('', { command: 'no-such-program' }), { signal: open })).rejects.toMatchObject({ code: 'tool_missing' });
    await writeFile(join(scratch, 'broken'), '#!/no/such/interpreter\n', { mode: 0o755 });
    await expect(runBounded(shell('', { command: join(scratch, 'broken') }), { signal: open })).rejects.toMatchObject({
      code: 'tool_failed',
    });
  });
});

describe('findProgram', () => {
  it('looks only in absolute entries, and only at executable files', async () => {
    await mkdir(join(scratch, 'directory', 'tool'), { recursive: true });
    await writeFile(join(scratch, 'tool'), '', { mode: 0o644 });
    expect(await findProgram('tool', `:.:${scratch}:${join(scratch, 'directory')}`)).toBeUndefined();
    await chmod(join(scratch, 'tool'), 0o755);
    expect(await findProgram('tool', `:.:${join(scratch, 'directory')}:${scratch}`)).toBe(join(scratch, 'tool'));
    expect(await findProgram('../tool', scratch)).toBeUndefined();
    expect(await findProgram('', scratch)).toBeUndefined();
  });
});

describe('printableOutput', () => {
  it('removes what a terminal would obey and keeps the text', () => {
    const text = 'a\u001b[31mred\u001b[0m \u001b]0;title\u0007b\u202ec\u0000\r\nd\te';
    expect(printableOutput(Buffer.from(text))).toBe('ared bc\nd\te');
    expect(printableOutput(new Uint8Array(100_000).fill(0x41))).toHaveLength(16_384);
  });
});
