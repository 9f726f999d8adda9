import type { MessagePort } from 'node:worker_threads';
import type { WireParameter } from '../parameters.ts';
import type { RawResult } from '../statement-result.ts';

/**
 * What a client says to the engine through its port. A *turn* is the time in which one client alone has the engine: a transaction or a
 * script. Its number is the client's own.
 */
export type ClientMessage =
  | { readonly type: 'begin'; readonly id: number; readonly turn: number; readonly sql: string }
  | {
      readonly type: 'query';
      readonly id: number;
      readonly turn: number;
      readonly sql: string;
      readonly parameters: readonly WireParameter[];
    }
  | { readonly type: 'end'; readonly id: number; readonly turn: number; readonly sql: 'commit' | 'rollback' }
  | { readonly type: 'script'; readonly id: number; readonly turn: number; readonly sql: string }
  /** No answer. A turn that waits is dropped, one under way rolled back as soon as its statement is over. */
  | { readonly type: 'abandon'; readonly turn: number }
  | { readonly type: 'listen'; readonly id: number; readonly channel: string }
  | { readonly type: 'unlisten'; readonly channel: string };

/** A failure that keeps its meaning from thread to thread. */
export type Failure =
  | { readonly kind: 'refused'; readonly message: string; readonly code: string; readonly constraint?: string; readonly table?: string }
  | { readonly kind: 'unavailable'; readonly message: string };

export type EngineMessage =
  /** First on every port. */
  | { readonly type: 'ready'; readonly serverVersion: string }
  | { readonly type: 'result'; readonly id: number; readonly result: RawResult }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'notice'; readonly channel: string; readonly payload: string };

/** From the thread that opened the database to the engine's thread itself. */
export type ControlMessage =
  | { readonly type: 'attach'; readonly port: MessagePort }
  | { readonly type: 'dump' }
  /** Waits for the turns under way and those that wait, cuts them off after `graceMs`, then ends the thread. */
  | { readonly type: 'close'; readonly graceMs: number };

export type ControlReply =
  | { readonly type: 'opened' }
  | { readonly type: 'open_failed'; readonly message: string }
  | { readonly type: 'dumped'; readonly tar: Uint8Array }
  | { readonly type: 'dump_failed'; readonly message: string }
  | { readonly type: 'closed' };

export interface EngineSetup {
  /** Absolute folder of the database, which is locked by the opener; absent: in memory. */
  readonly directory?: string;
  readonly templateDirectory?: string;
}
