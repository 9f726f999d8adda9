import type { ScanDetailWire } from '../../api/wire/scans.ts';
import { messageOf } from '../../lib/errors.ts';
import { counted } from '../../report/summary.ts';
import type { CliContext } from '../context.ts';
import { clockTime } from '../progress-text.ts';
import { stateText } from '../scan-text.ts';
import type { StatusLine } from '../status-line.ts';
import { followScan } from './follow-scan.ts';
import type { HttpClient } from './http-client.ts';

const lineOf = (scan: ScanDetailWire, sinceMs: number): string =>
  [
    scan.state === 'queued' ? 'waiting for a worker' : scan.state,
    `${scan.tasks_done}/${counted(scan.tasks_total, 'task')}`,
    counted(scan.findings_total, 'finding'),
    clockTime(sinceMs),
  ].join('  ');

/** Follows a scan to its end and shows how it goes. */
export const waitForScan = async (client: HttpClient, scanId: string, context: CliContext, status: StatusLine): Promise<ScanDetailWire> => {
  const startedAtMs = context.clock.now();
  let state = '';
  let trouble = '';
  let last: ScanDetailWire | undefined;
  const redraw = setInterval(() => {
    if (last !== undefined && trouble === '') status.show(lineOf(last, context.clock.now() - startedAtMs));
  }, 500).unref();
  try {
    return await followScan(client, scanId, {
      signal: context.signal,
      nowMs: () => context.clock.now(),
      onLook: (scan) => {
        last = scan;
        if (scan.state !== state) status.note(`scan ${scanId} is ${stateText(scan)}`);
        state = scan.state;
        status.show(lineOf(scan, context.clock.now() - startedAtMs));
      },
      onTrouble: (error) => {
        const message = error === undefined ? '' : messageOf(error);
        if (message !== trouble) status.note(message === '' ? 'the server answers again' : `${message}; waiting for it`);
        trouble = message;
      },
    });
  } finally {
    clearInterval(redraw);
    status.clear();
    if (context.signal.aborted) status.note(`scan ${scanId} goes on; "sightline scans cancel ${scanId}" ends it`);
  }
};
