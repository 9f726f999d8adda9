import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeGithubToken } from '../support/made-secrets.ts';
import { quickestMs } from '../support/quickest.ts';
import { cleanEnvironment, launcher, runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('interruption', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    // Takes connections and never answers: a scan of it lasts until somebody ends it.
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.add(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((closed) => server.close(closed));
  });

  const scanUntilConnected = (signals: readonly NodeJS.Signals[]) => {
    const address = server.address();
    const host = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
    let signalledAtMs = 0;
    const run = runCli(['scan', `http://${host}/repository.git`, '--allow-host', host], {
      env: { TMPDIR: folder.path },
      onStart: (child) => {
        server.once('connection', () => {
          signalledAtMs = performance.now();
          for (const signal of signals) child.kill(signal);
        });
      },
    });
    return run.then((result) => ({ ...result, tookMs: performance.now() - signalledAtMs }));
  };

  it.each(['SIGINT', 'SIGTERM'] as const)('ends within 2 s of %s with 130, and leaves nothing', async (signal) => {
    const endMs = async (): Promise<number> => {
      const { exitCode, stdout, stderr, tookMs } = await scanUntilConnected([signal]);
      expect(exitCode).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).toContain('error[cancelled]');
      for (const name of readdirSync(folder.path)) expect(readdirSync(join(folder.path, name))).toEqual([]);
      return tookMs;
    };
    expect(await quickestMs(2000, endMs)).toBeLessThan(2000);
  });

  it('ends at once at a second SIGINT', async () => {
    const endMs = async (): Promise<number> => {
      const { exitCode, tookMs } = await scanUntilConnected(['SIGINT', 'SIGINT']);
      expect(exitCode).toBe(130);
      for (const name of readdirSync(folder.path)) expect(readdirSync(join(folder.path, name))).toEqual([]);
      return tookMs;
    };
    expect(await quickestMs(2000, endMs)).toBeLessThan(2000);
  });
});

describe('streams', () => {
  it('ends quietly when the reader goes away, and still says how the gate ended', async () => {
    for (let index = 0; index < 300; index++) folder.write(`f${index}.ts`, `const token = '${madeGithubToken(index)}';\n`);
    const { exitCode, stdout, stderr } = await runCli(
      ['-c', `'${launcher}' scan '${folder.path}' -f json --quiet | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`],
      { program: 'bash' },
    );
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '1\n', stderr: '' });
  });

  it('says so when standard output cannot be written', async () => {
    folder.write('a.txt', 'nothing\n');
    const { exitCode, stderr } = await runCli(['-c', `'${launcher}' scan '${folder.path}' --quiet >/dev/full`], { program: 'bash' });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[output_unwritable]: standard output cannot be written');
  });

  it('gives plain lines where nobody looks at a terminal, none with --quiet or --no-progress', async () => {
    folder.write('a.txt', 'nothing\n');
    const plain = await runCli(['scan', folder.path]);
    const [first, ...further] = plain.stderr.split('\n');
    expect(first).toMatch(/^sightline: scanning .*sightline-test-/);
    expect(further.slice(-2)).toEqual([expect.stringMatching(/^sightline: scanned 1 file in \d+\.\d s: 0 findings, gate passed$/), '']);
    // On a machine so busy that it takes seconds, where it stands.
    for (const line of further.slice(0, -2)) expect(line).toMatch(/^sightline: [a-z ]+ +\d+:\d\d$/);
    expect((await runCli(['scan', folder.path, '--quiet'])).stderr).toBe('');
    expect((await runCli(['scan', folder.path, '--no-progress'])).stderr).toBe('');
  });

  it('colours only what is asked for', async () => {
    folder.write('a.ts', `const token = '${madeGithubToken(1)}';\n`);
    const run = async (args: readonly string[], env: Record<string, string>): Promise<boolean> =>
      (await runCli(['scan', folder.path, '--quiet', ...args], { env })).stdout.includes('\u001B[');
    expect(await run([], {})).toBe(false);
    expect(await run(['--color'], {})).toBe(true);
    expect(await run([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await run([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await run(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
    expect(await run(['--color'], { NO_COLOR: '1' })).toBe(true);
  });
});

describe('on a terminal', () => {
  /** Runs in a pseudo-terminal of 80 columns; everything the terminal would show. */
  const onTerminal = (
    command: string,
    env: Record<string, string>,
  ): Promise<{ readonly exitCode: number | null; readonly shown: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn('script', ['-qec', `stty cols 80; ${command}`, '/dev/null'], {
        env: { ...cleanEnvironment(), TERM: 'xterm', ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let shown = '';
      child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString('utf8')));
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, shown }));
    });

  it('draws one live line, clears it, and colours the table', async () => {
    folder.write('a.ts', `const token = '${madeGithubToken(1)}';\n`);
    /** A quick machine is done before the first drawing: files are added until a scan lasts for some of them. */
    const scanOfEnough = async (files: number, written = 0): Promise<string[]> => {
      const line = `${'lorem ipsum dolor sit amet '.repeat(4)}\n`;
      for (let index = written; index < files; index++) folder.write(`f${index}.txt`, line.repeat(5000));
      const { exitCode, shown } = await onTerminal(`'${launcher}' scan '${folder.path}' --threads 1`, {});
      expect(exitCode).toBe(1);
      expect(shown).toContain('\u001B[1m');
      expect(shown).not.toContain('\u001B[?25l');
      const drawings = shown.split('\r\u001B[2K').slice(1);
      const isShown = drawings.some((drawing) => /secrets\+code +\d+%/.test(drawing));
      return isShown || files >= 1280 ? drawings : scanOfEnough(files * 2, files);
    };
    const drawings = await scanOfEnough(40);
    expect(drawings.filter((drawing) => /secrets\+code +\d+%/.test(drawing))).not.toEqual([]);
    for (const drawing of drawings.slice(0, -1)) {
      expect(drawing.length).toBeLessThan(80);
      expect(drawing).not.toContain('\n');
    }
    expect(drawings.at(-1)).toContain('a.ts');
  });

  it('uses no escape sequence on a dumb terminal', async () => {
    folder.write('a.ts', `const token = '${madeGithubToken(1)}';\n`);
    const { exitCode, shown } = await onTerminal(`'${launcher}' scan '${folder.path}'`, { TERM: 'dumb' });
    expect(exitCode).toBe(1);
    expect(shown).not.toContain('\u001B');
  });
});
