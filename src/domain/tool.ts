/** An external program that an engine runs. */
export interface ToolRequirement {
  /** Name looked up on the PATH of this process, never in the scanned tree. */
  readonly command: string;
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  /** How to get it, one sentence for `engines doctor`. */
  readonly installHint: string;
}

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** stdout and stderr beyond this end the run with `tool_failed`. */
  readonly maxOutputBytes: number;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  /** Bounded, control characters removed. */
  readonly stderr: string;
}

/** A file as engines see it. */
export interface FileListing {
  readonly path: string;
  readonly sizeBytes: number;
}
