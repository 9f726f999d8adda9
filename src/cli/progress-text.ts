import { counted, formatCount } from '../report/summary.ts';
import { type ProgressState, totalsOf } from './progress-state.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;

/** `0:07`, `12:30`, `1:02:03` */
export const clockTime = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : minutes}:${String(rest).padStart(2, '0')}`;
};

/** `0.3 s`, `12.4 s`, `3:20` */
export const duration = (milliseconds: number): string =>
  milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : clockTime(milliseconds);

const bar = (share: number, width: number): string => {
  const full = Math.floor(share * width);
  return `[${'='.repeat(full)}${full < width ? '>' : ''}${' '.repeat(Math.max(0, width - full - 1))}]`;
};

/** The parts of a line, most important first; what does not fit is left out from the end. */
const fitParts = (head: string, parts: readonly string[], width: number): string => {
  let line = head;
  for (const part of parts) if (part !== '' && line.length + 2 + part.length <= width) line += `  ${part}`;
  return line.slice(0, width);
};

const analysisLine = (state: ProgressState, nowMs: number, width: number): string => {
  const totals = totalsOf(state, nowMs);
  const name = totals.engines.length === 1 ? (totals.engines[0] ?? '') : `${totals.engines.length} engines`;
  const unit = state.phase === 'history' ? 'commits' : 'files';
  const rate =
    totals.bytesDone > 0 ? `${(totals.bytesPerSecond / 1e6).toFixed(1)} MB/s` : `${formatCount(Math.round(totals.perSecond))} ${unit}/s`;
  const facts = [
    `${formatCount(totals.done)}/${formatCount(totals.total)} ${unit}`,
    counted(totals.findings, 'finding'),
    totals.leftMs === undefined ? '' : `${clockTime(totals.leftMs)} left`,
    nowMs - state.phaseStartedAtMs < 500 ? '' : rate,
  ];
  const head = `${name} ${String(Math.floor(totals.share * 100)).padStart(3)}%`;
  const line = fitParts(head, facts, width);
  const room = Math.min(30, width - line.length - 4);
  return room >= 6 ? `${head} ${bar(totals.share, room)}${line.slice(head.length)}` : line;
};

/** One line, at most `width` columns, that says where the scan is. */
export const progressLine = (state: ProgressState, nowMs: number, width: number): string => {
  const since = clockTime(nowMs - state.startedAtMs);
  switch (state.phase) {
    case undefined:
      return fitParts('starting', [since], width);
    case 'resolve':
      return fitParts('asking the server', [since], width);
    case 'fetch':
      return fitParts('fetching', [megabytes(state.receivedBytes), since], width);
    case 'unpack':
      return fitParts('unpacking', [counted(state.unpackedFiles, 'file'), megabytes(state.unpackedBytes), since], width);
    case 'list':
      return fitParts('listing files', [since], width);
    case 'prepare':
      return fitParts('loading rules', [since], width);
    case 'analyse':
    case 'history':
      return state.counts.size === 0
        ? fitParts(state.phase === 'history' ? 'reading history' : 'analysing', [since], width)
        : analysisLine(state, nowMs, width);
    case 'report':
      return fitParts('writing the report', [since], width);
  }
};
