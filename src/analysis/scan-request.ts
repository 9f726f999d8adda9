import type { BaselineEntry } from '../domain/baseline.ts';
import type { OnProgress } from '../domain/progress.ts';
import type { ProjectConfig } from '../domain/project-config.ts';
import type { GateThreshold } from '../domain/severity.ts';
import type { EngineSettings } from '../engines/engine.ts';
import type { Clock, NewId } from '../lib/clock.ts';
import type { CheckoutRequest, NetworkEnvironment } from '../ports/checkout/checkout.ts';

/** One scan, as a person asked for it. Absent means: the project's `sightline.yaml` decides, then the default. */
export interface ScanRequest extends CheckoutRequest {
  /** Engines named on the command line. */
  readonly engines?: readonly string[];
  readonly skipEngines: readonly string[];
  /** Worker threads; 1 or more. */
  readonly threads: number;
  /** Longest time one engine may spend on one file. */
  readonly fileTimeoutMs: number;
  readonly failOn?: GateThreshold;
  readonly allowPartial: boolean;
  /** Findings that are already known. */
  readonly baseline?: readonly BaselineEntry[];
  /** Already loaded `--config` file; it replaces the target's own. */
  readonly projectConfig?: ProjectConfig;
  /** Do not read the target's `sightline.yaml` and ignore files' suppressions (`--no-project-config`). */
  readonly ignoreProjectConfig: boolean;
  /** `--secrets-config`. */
  readonly secretsConfigPath?: string;
  /** `--rules`, `--no-default-rules`. */
  readonly codeRules?: Pick<EngineSettings, 'rulePaths' | 'withoutOwnRules'>;
  /** Key for `secret-hmac/v1`; without one no such evidence is reported. */
  readonly hmacKey?: { readonly id: string; readonly key: Uint8Array };
  readonly commandLine: readonly string[];
}

export interface ScanDependencies {
  readonly clock: Clock;
  readonly newId: NewId;
  /** Absolute `rules/` of this installation. */
  readonly rulesDir: string;
  readonly toolVersion: string;
  /** Existing directory below which scratch directories are made. */
  readonly scratchRoot: string;
  /** PATH that git and the engines' tools are looked up on. */
  readonly toolPath: string;
  /** What the machine offers for reaching git servers. */
  readonly network: NetworkEnvironment;
  readonly onProgress: OnProgress;
}
