/** Starts a program in a group of its own, says so, and then answers nobody. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { runBounded } from '../../../../src/lib/child-process.ts';

const own = spawn('sleep', ['1000'], { stdio: 'ignore' });
void runBounded(
  { command: 'sleep', args: ['1001'], cwd: process.cwd(), env: { PATH: '/usr/bin:/bin' }, timeoutMs: 1e6, maxOutputBytes: 1000 },
  { signal: new AbortController().signal },
);
setTimeout(() => {
  writeFileSync('started', `${process.pid} ${own.pid ?? 0}`);
  for (;;);
}, 500);
