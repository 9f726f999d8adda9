import { hasCursor } from '../config/load.ts';
import type { OnProgress } from '../domain/progress.ts';
import type { ScanReport } from '../domain/scan.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { counted } from '../report/summary.ts';
import type { CliContext } from './context.ts';
import { advance, initialState } from './progress-state.ts';
import { duration, progressLine } from './progress-text.ts';
import { widthOf } from './terminal.ts';

export interface Progress {
  readonly onProgress: OnProgress;
  /** Says how it ended; then nothing is written any more. */
  readonly finish: (report: ScanReport) => void;
  /** Leaves the terminal as it was found. Idempotent. */
  readonly stop: () => void;
}

export interface ProgressOptions {
  readonly target: string;
  readonly mode: 'on' | 'off';
  readonly verbose: boolean;
}

/** A live line is drawn at most this often; nothing is drawn in scans that are over before. */
const drawEveryMs = 120;
/** Where nobody looks at a terminal. */
const lineEveryMs = 10_000;
const longestTarget = 60;

const silent: Progress = { onProgress: () => undefined, finish: () => undefined, stop: () => undefined };

const shorten = (text: string): string => (text.length <= longestTarget ? text : `…${text.slice(1 - longestTarget)}`);

/** `312 files, 4 findings in 1.2 s` */
const endLine = (report: ScanReport, elapsedMs: number): string => {
  const files = report.coverage.files.filter(({ state }) => state === 'analysed' || state === 'degraded').length;
  const { commits } = report.coverage;
  const looked = commits === undefined ? counted(files, 'file') : counted(commits, 'commit');
  const found = report.findings.filter(({ suppression }) => suppression === undefined).length;
  return `${report.coverage.state === 'partial' ? 'partly scanned' : 'scanned'} ${looked} in ${duration(elapsedMs)}: ${counted(found, 'finding')}, gate ${report.gate.state}`;
};

/** One line, redrawn in place. The cursor is never hidden, so that nothing has to be restored whatever happens. */
const liveProgress = (context: CliContext, verbose: boolean): Progress => {
  const { stderr, clock } = context;
  let state = initialState(clock.now());
  let drawn = '';
  const clear = (): void => {
    if (drawn !== '') stderr.write('\r\u001B[2K');
    drawn = '';
  };
  const timer = setInterval(() => {
    const line = progressLine(state, clock.now(), Math.max(10, widthOf(stderr) - 1));
    if (line === drawn) return;
    stderr.write(`\r\u001B[2K${line}`);
    drawn = line;
  }, drawEveryMs).unref();
  const stop = (): void => {
    clearInterval(timer);
    clear();
  };
  return {
    onProgress: (event) => {
      state = advance(state, event, clock.now());
      if (event.type !== 'note' || !verbose) return;
      clear();
      stderr.write(`${forTerminal(event.message)}\n`);
    },
    finish: stop,
    stop,
  };
};

/** Lines for a log: a start, an end, and between them one whenever ten seconds have passed. */
const plainProgress = (context: CliContext, { target, verbose }: ProgressOptions): Progress => {
  const { stderr, clock } = context;
  const startedAtMs = clock.now();
  let state = initialState(startedAtMs);
  let phase = state.phase;
  const say = (line: string): void => void stderr.write(`sightline: ${line}\n`);
  say(`scanning ${forTerminal(shorten(target.replace(/(:\/\/)[^/@\s]*@/, '$1***@')))}`);
  const timer = setInterval(() => say(progressLine(state, clock.now(), 100)), lineEveryMs).unref();
  const stop = (): void => clearInterval(timer);
  return {
    onProgress: (event) => {
      state = advance(state, event, clock.now());
      if (event.type === 'note' && verbose) say(forTerminal(event.message));
      // Phases of a fast scan are not worth a line each.
      if (state.phase === phase || clock.now() - startedAtMs < 2000) return;
      phase = state.phase;
      say(progressLine({ ...state, counts: new Map() }, clock.now(), 100));
    },
    finish: (report) => {
      stop();
      say(endLine(report, clock.now() - startedAtMs));
    },
    stop,
  };
};

/** Shows on standard error how a scan goes: live on a terminal, in few lines elsewhere, nothing when it is off. */
export const startProgress = (context: CliContext, options: ProgressOptions): Progress => {
  if (options.mode === 'off') return silent;
  return context.stderr.isTTY === true && hasCursor(context.environment)
    ? liveProgress(context, options.verbose)
    : plainProgress(context, options);
};
