/** Runs one entry as an engine process and is then killed by the test: `node run-hostile.ts FOLDER ENTRY`. */
import { startTaskProcess } from '../../../src/analysis/task/start-task-process.ts';
import { hostileLimits, hostileRequest } from './hostile-request.ts';

const [, , folder = '', entry = ''] = process.argv;
const { ended } = startTaskProcess(hostileRequest(folder), {
  limits: hostileLimits,
  onLog: () => undefined,
  onPin: async () => undefined,
  signal: new AbortController().signal,
  entry: new URL(`./hostile/${entry}.ts`, import.meta.url),
});
await ended;
