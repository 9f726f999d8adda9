import type { LeaseName, LeaseService, WorkerLogLine } from '../../domain/lease-service.ts';

/** Why a lease is not this worker's any more. `fenced`: it could not be confirmed in time, so the worker itself gave it up. */
export const leaseEnds = ['cancel', 'lost', 'fenced'] as const;
export type LeaseEnd = (typeof leaseEnds)[number];

/** How the thread comes by a way to the server: the module's `openLeaseService` is called with `data`. */
export interface LeaseServiceSource {
  readonly moduleUrl: string;
  /** Structured-cloneable. */
  readonly data: unknown;
}

/** What that module exports. */
export interface LeaseServiceModule {
  readonly openLeaseService: (data: unknown, options: { readonly signal: AbortSignal }) => Promise<OpenedLeaseService>;
}

export interface OpenedLeaseService {
  readonly leases: Pick<LeaseService, 'heartbeat'>;
  /**
   * True where heartbeats stand in one queue with whatever takes leases back, and before it: the embedded database, which does one thing at a
   * time. As long as a heartbeat waits there nobody else can get its leases, however long that takes.
   */
  readonly isQueued: boolean;
  readonly close: () => Promise<void>;
}

export interface HeartbeatSetup {
  readonly source: LeaseServiceSource;
  readonly workerId: string;
  readonly intervalMs: number;
}

/**
 * What both threads must see at once of a lease, in shared memory: since when it is not confirmed (monotonic milliseconds: the sending of the
 * request that was answered last), and 0 or, from 1, the place in {@link leaseEnds} of why it ended.
 */
export interface LeaseState {
  readonly confirmedAtMs: BigInt64Array;
  readonly end: Int32Array;
}

/** A lease as both threads keep it. */
export interface Hold {
  /** Never used again. */
  readonly id: number;
  readonly lease: LeaseName;
  readonly leaseMs: number;
  readonly state: LeaseState;
}

export type HeartbeatCommand =
  | { readonly type: 'hold'; readonly hold: Hold }
  | { readonly type: 'drop'; readonly id: number }
  /** The engine process of the lease, leader of its group; undefined when it has ended. */
  | { readonly type: 'process'; readonly id: number; readonly pid: number | undefined }
  | { readonly type: 'log'; readonly id: number; readonly line: WorkerLogLine }
  /** Now, not at the next turn. With a token: say when what was given before it has been sent. */
  | { readonly type: 'beat'; readonly token?: number }
  | { readonly type: 'drain' }
  | { readonly type: 'close' };

export type HeartbeatReport =
  /** There is a way to the server. */
  | { readonly type: 'ready' }
  | { readonly type: 'ended'; readonly id: number; readonly reason: LeaseEnd }
  | { readonly type: 'beaten'; readonly token: number }
  /** The server does not know this worker any more. */
  | { readonly type: 'unknown' }
  | { readonly type: 'trouble'; readonly message: string }
  | { readonly type: 'recovered' };

export const createLeaseState = (confirmedAtMs: number): LeaseState => ({
  confirmedAtMs: new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)).fill(BigInt(confirmedAtMs)),
  end: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
});

export const confirm = ({ state }: Pick<Hold, 'state'>, atMs: number): void => void Atomics.store(state.confirmedAtMs, 0, BigInt(atMs));

/**
 * A lease that nobody confirmed for two thirds of its time is given up here, before the server gives it to somebody else: the last third is
 * for clocks that run differently and for processes that die slowly.
 */
export const isOverdue = ({ state, leaseMs }: Pick<Hold, 'state' | 'leaseMs'>, nowMs: number): boolean =>
  nowMs - Number(Atomics.load(state.confirmedAtMs, 0)) > (leaseMs * 2) / 3;

export const endOf = ({ state }: Pick<Hold, 'state'>): LeaseEnd | undefined => leaseEnds[Atomics.load(state.end, 0) - 1];

/** The first reason stays. True when this was it. */
export const markEnd = ({ state }: Pick<Hold, 'state'>, reason: LeaseEnd): boolean =>
  Atomics.compareExchange(state.end, 0, 0, leaseEnds.indexOf(reason) + 1) === 0;
