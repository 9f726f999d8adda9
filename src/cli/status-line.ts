import { hasCursor } from '../config/load.ts';
import { truncateToWidth } from '../lib/display-width.ts';
import { forTerminal } from '../lib/text-safety.ts';
import type { CliContext } from './context.ts';
import { widthOf } from './terminal.ts';

/** How a wait goes, on standard error. */
export interface StatusLine {
  /** What happens now: redrawn in place on a terminal, elsewhere not written. */
  readonly show: (text: string) => void;
  /** What has happened: a line of its own everywhere. */
  readonly note: (text: string) => void;
  /** Leaves the terminal as it was. Idempotent. */
  readonly clear: () => void;
}

const redrawAfterMs = 100;

export const createStatusLine = (context: CliContext, mode: 'on' | 'off'): StatusLine => {
  const { stderr } = context;
  if (mode === 'off') return { show: () => undefined, note: () => undefined, clear: () => undefined };
  const isLive = stderr.isTTY === true && hasCursor(context.environment);
  let drawn = '';
  let drawnAtMs = 0;
  const clear = (): void => {
    if (drawn !== '') stderr.write('\r\u001B[2K');
    drawn = '';
  };
  return {
    show: (text) => {
      const line = truncateToWidth(forTerminal(text), Math.max(10, widthOf(stderr) - 1));
      const nowMs = context.clock.now();
      if (!isLive || line === drawn || (drawn !== '' && nowMs - drawnAtMs < redrawAfterMs)) return;
      stderr.write(`\r\u001B[2K${line}`);
      drawn = line;
      drawnAtMs = nowMs;
    },
    note: (text) => {
      clear();
      stderr.write(`sightline: ${forTerminal(text)}\n`);
    },
    clear,
  };
};
