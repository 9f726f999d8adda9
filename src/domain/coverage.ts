/**
 * The coverage manifest: what was looked at, by which engine, with which rules, and every file that was not, with the reason.
 * Only `failed` files, and engines that are not `complete`, make a scan partial.
 */
export type FileState = 'analysed' | 'degraded' | 'excluded' | 'failed';

export const exclusionReasons = [
  'ignored',
  'binary',
  'submodule',
  'lfs_pointer',
  'link',
  'too_large',
  'special_file',
  'unchanged',
  'not_applicable',
] as const;
export const failureReasons = ['timeout', 'crash', 'memory', 'budget', 'unreadable', 'changed'] as const;
export const degradationReasons = ['parse_errors', 'truncated', 'encoding'] as const;
export type CoverageReason = (typeof exclusionReasons)[number] | (typeof failureReasons)[number] | (typeof degradationReasons)[number];

export interface FileCoverage {
  /** Relative to the root; a directory that was left out as a whole ends in `/`. */
  readonly path: string;
  readonly state: FileState;
  readonly sizeBytes?: number;
  readonly reason?: CoverageReason;
  /** One sentence of particulars: which ignore rule, which budget. */
  readonly detail?: string;
  /**
   * Engine the row speaks of; absent when it holds for all of them (intake exclusions, files that every engine analysed or, being
   * `not_applicable` to it, left to the others).
   */
  readonly engine?: string;
}

export interface EngineCoverage {
  readonly engine: string;
  readonly version: string;
  /** SHA-256 over the rules in force, hexadecimal. */
  readonly rulesetDigest: string;
  readonly ruleCount: number;
  readonly state: 'complete' | 'failed' | 'missing';
  /** Why it is not complete. */
  readonly reason?: string;
  readonly filesAnalysed: number;
  readonly bytesAnalysed: number;
  readonly durationMs: number;
}

export interface Coverage {
  readonly state: 'full' | 'partial';
  readonly engines: readonly EngineCoverage[];
  /** Sorted by path, then engine. */
  readonly files: readonly FileCoverage[];
  /** Of history scans: commits read. */
  readonly commits?: number;
}

const statesByWeight: readonly FileState[] = ['failed', 'degraded', 'analysed', 'excluded'];

/** Each file once, with the row that weighs most: what any engine analysed is analysed, what any failed on has failed. */
export const heaviestRows = (files: readonly FileCoverage[]): readonly FileCoverage[] => {
  const byPath = new Map<string, FileCoverage>();
  for (const file of files) {
    const known = byPath.get(file.path);
    if (known === undefined || statesByWeight.indexOf(file.state) < statesByWeight.indexOf(known.state)) byPath.set(file.path, file);
  }
  return [...byPath.values()];
};

/** Partial when a file failed or a requested engine did not complete; nothing else counts. */
export const coverageState = (engines: readonly EngineCoverage[], files: readonly FileCoverage[]): Coverage['state'] =>
  engines.some((engine) => engine.state !== 'complete') || files.some((file) => file.state === 'failed') ? 'partial' : 'full';
