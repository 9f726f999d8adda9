import type { Writable } from 'node:stream';
import type { ScanRequest } from '../analysis/scan-request.ts';
import type { Environment } from '../config/load.ts';
import type { OnProgress } from '../domain/progress.ts';
import type { ScanReport } from '../domain/scan.ts';
import type { Clock, NewId } from '../lib/clock.ts';
import type { ServerControl } from './server-control.ts';

/** A standard stream; `isTTY` and `columns` are set on terminals. */
export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** All that commands know of the world, made in `compose.ts`. */
export interface CliContext {
  readonly args: readonly string[];
  /** Absolute directory the person stands in. */
  readonly cwd: string;
  readonly environment: Environment;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Absolute `rules/` of this installation. */
  readonly rulesDir: string;
  readonly toolVersion: string;
  readonly runScan: (request: ScanRequest, onProgress: OnProgress, options: { readonly signal: AbortSignal }) => Promise<ScanReport>;
  /** What runs a server and looks after its database; loaded only when it is asked for. */
  readonly serverControl: () => Promise<ServerControl>;
  /** An interrupted command is cut off soon; this one takes as long as that to end well. */
  readonly allowGrace: (graceMs: number) => void;
  /** Ends with `cancelled` when the person interrupts. */
  readonly signal: AbortSignal;
}
