import type { Environment } from '../config/load.ts';
import type { Clock, NewId } from '../lib/clock.ts';

/** What a server knows of the world besides its settings; made in `compose.ts`. */
export interface ServerEnvironment {
  /** @throws AppError when the directory does not exist any more */
  readonly cwd: () => string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: () => number;
  /** Absolute `rules/` of this installation. */
  readonly rulesDir: string;
  readonly toolVersion: string;
  /** Takes whole lines of the log. */
  readonly writeLog: (line: string) => void;
  /** Where engines' programs are looked for. */
  readonly toolPath: string;
}
