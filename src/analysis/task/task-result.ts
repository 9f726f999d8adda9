import type { Coverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import type { GateThreshold } from '../../domain/severity.ts';

/**
 * What one task found, as a file: gzip of one JSON object a line. `head`, then `rule`, `file`, `paths` and `finding` lines in any number,
 * then `end` with their counts, without which the file is not whole. The engine process that writes it has looked at hostile bytes: whoever
 * reads it checks every line against a schema and every count and length against a limit.
 */
export const taskResultFormat = 'sightline-task-result/1';

export interface TaskResultHead {
  readonly format: typeof taskResultFormat;
  /** Commit that was looked at; absent for archives. */
  readonly commit?: string;
  readonly ref?: string;
  readonly toolVersion: string;
  /** What the target's own settings or the scan's options make of findings. */
  readonly failOn: GateThreshold;
  readonly allowPartial: boolean;
  readonly engines: Coverage['engines'];
  /** Ids in force, by engine: an issue whose rule is not among them cannot be called absent. */
  readonly rulesInForce: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly string[];
  /** By name, sorted: those the target's `sightline.yaml` names, where the submission left the choice to it. */
  readonly enginesWanted?: readonly string[];
}

export type TaskResultLine =
  | ({ readonly line: 'head' } & TaskResultHead)
  | { readonly line: 'rule'; readonly rule: Rule }
  /** A file that was not plainly analysed. */
  | { readonly line: 'file'; readonly file: Coverage['files'][number] }
  /** Plainly analysed files, at most 1,000 a line, sorted. */
  | { readonly line: 'paths'; readonly paths: readonly string[] }
  | { readonly line: 'finding'; readonly finding: Finding }
  | { readonly line: 'end'; readonly rules: number; readonly files: number; readonly paths: number; readonly findings: number };

/** Beyond these a result is refused as `engine_output_invalid`. */
export const taskResultLimits = {
  compressedBytes: 512 * 1024 * 1024,
  lineBytes: 1024 * 1024,
  /** Of all lines, unpacked. */
  totalBytes: 8 * 1024 ** 3,
  /** Of all lines but findings: whoever reads a result may keep these in memory. */
  heldBytes: 256 * 1024 * 1024,
  findings: 1_000_000,
  files: 1_000_000,
  paths: 1_000_000,
  rules: 100_000,
} as const;
