import type { ProgressEvent } from '../domain/progress.ts';

export type Phase = Extract<ProgressEvent, { type: 'phase' }>['phase'];

interface Count {
  readonly done: number;
  readonly total: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly findings: number;
}

/** What is known of a running scan. */
export interface ProgressState {
  readonly startedAtMs: number;
  readonly phase: Phase | undefined;
  readonly phaseStartedAtMs: number;
  /** By engine; commits of a history scan have no bytes. */
  readonly counts: ReadonlyMap<string, Count>;
  readonly receivedBytes: number;
  readonly unpackedFiles: number;
  readonly unpackedBytes: number;
}

export const initialState = (nowMs: number): ProgressState => ({
  startedAtMs: nowMs,
  phase: undefined,
  phaseStartedAtMs: nowMs,
  counts: new Map(),
  receivedBytes: 0,
  unpackedFiles: 0,
  unpackedBytes: 0,
});

/** The state after an event; a new phase starts its own clock. */
export const advance = (state: ProgressState, event: ProgressEvent, nowMs: number): ProgressState => {
  switch (event.type) {
    case 'phase':
      return state.phase === event.phase ? state : { ...state, phase: event.phase, phaseStartedAtMs: nowMs };
    case 'fetch':
      return { ...state, receivedBytes: event.receivedBytes };
    case 'unpack':
      return { ...state, unpackedFiles: event.files, unpackedBytes: event.bytes };
    case 'files': {
      const { done, total, bytesDone, bytesTotal, findings } = event;
      return { ...state, counts: new Map(state.counts).set(event.engine, { done, total, bytesDone, bytesTotal, findings }) };
    }
    case 'commits': {
      const { done, total, findings } = event;
      return { ...state, counts: new Map(state.counts).set(event.engine, { done, total, bytesDone: 0, bytesTotal: 0, findings }) };
    }
    case 'note':
      return state;
  }
};

/** All engines together, and how far they are. */
export interface Totals extends Count {
  readonly engines: readonly string[];
  /** 0 to 1; by bytes where they are known, for files differ in size. */
  readonly share: number;
  readonly bytesPerSecond: number;
  readonly perSecond: number;
  /** Undefined until there is something to judge by. */
  readonly leftMs: number | undefined;
}

/** Before this time a rate says nothing. */
const settleMs = 1000;

export const totalsOf = (state: ProgressState, nowMs: number): Totals => {
  const sum = { done: 0, total: 0, bytesDone: 0, bytesTotal: 0, findings: 0 };
  for (const count of state.counts.values()) {
    sum.done += count.done;
    sum.total += count.total;
    sum.bytesDone += count.bytesDone;
    sum.bytesTotal += count.bytesTotal;
    sum.findings += count.findings;
  }
  const elapsedMs = Math.max(1, nowMs - state.phaseStartedAtMs);
  const share = Math.min(1, sum.bytesTotal > 0 ? sum.bytesDone / sum.bytesTotal : sum.total > 0 ? sum.done / sum.total : 0);
  return {
    ...sum,
    engines: [...state.counts.keys()],
    share,
    bytesPerSecond: (sum.bytesDone * 1000) / elapsedMs,
    perSecond: (sum.done * 1000) / elapsedMs,
    leftMs: elapsedMs < settleMs || share <= 0 ? undefined : (elapsedMs * (1 - share)) / share,
  };
};
