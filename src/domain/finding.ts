import type { Confidence, Severity } from './severity.ts';

export const findingKinds = ['sast', 'secret', 'dependency', 'licence', 'iac', 'ai', 'go'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** The commit that introduced a line, for findings from history. */
export interface CommitRef {
  readonly sha: string;
  readonly author: string;
  /** ISO 8601, as the commit says. */
  readonly authoredAt: string;
  readonly subject: string;
}

/** Lines and columns start at 1; the end column is exclusive. Columns count UTF-16 code units. */
export interface FileLocation {
  readonly type: 'file';
  /** Relative to the scanned root, `/` between parts. */
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly commit?: CommitRef;
}

export interface PackageLocation {
  readonly type: 'package';
  /** Package URL, `pkg:npm/left-pad@1.3.0`. */
  readonly purl: string;
  /** The manifest or lock file that names it. */
  readonly path: string;
}

export interface ResourceLocation {
  readonly type: 'resource';
  /** `aws_s3_bucket.logs`, `Deployment/default/web`, ... */
  readonly address: string;
  readonly path: string;
}

export type Location = FileLocation | PackageLocation | ResourceLocation;

/** Source lines of a finding, secrets already masked by the engine. A long line is cut around the match and then begins with `…`. */
export interface Snippet {
  readonly startLine: number;
  readonly lines: readonly string[];
}

/** A versioned statement "this is the same problem". `keyId` names the key of keyed evidence. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly keyId?: string;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** What only some kinds of finding have: packages, advisories, licences, and what a tool said in its own words. */
export interface FindingDetails {
  /** The program that found it, where the engine runs one. */
  readonly toolName?: string;
  readonly toolVersion?: string;
  /** `CVE-2024-1234`, ... */
  readonly cve?: readonly string[];
  /** 0 to 10, one decimal. */
  readonly cvssScore?: number;
  readonly cvssVector?: string;
  readonly packageName?: string;
  readonly packageVersion?: string;
  readonly fixedVersion?: string;
  readonly licenseName?: string;
  readonly licenseType?: string;
  readonly remediation?: string;
  /** http(s) URLs. */
  readonly references?: readonly string[];
  /** JSON of the tool, secrets masked; at most 64 KiB as text. */
  readonly rawOutput?: unknown;
}

/**
 * A change of the file that would settle a finding, as the rule's author wrote it; nobody has proved it. Lines and columns as in
 * {@link FileLocation}.
 */
export interface SuggestedFix {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Takes the place of that range; empty removes it. */
  readonly replacement: string;
  /** SHA-256 of the bytes it was made for, hexadecimal: it is right for no other text. */
  readonly fileDigest: string;
}

/** What an engine reports. Never holds a whole secret, in any field. */
export interface RawFinding {
  readonly ruleId: string;
  readonly location: Location;
  readonly message: string;
  /** One line. This and the next two: where they differ from the rule's own. */
  readonly title?: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly snippet?: Snippet;
  /**
   * The matched code, normalised so that moving, re-indenting or reformatting leaves it equal, and with every secret masked:
   * the content part of the identity. See `domain/fingerprint.ts` for how it is used.
   */
  readonly identity: string;
  /** Normalised, masked neighbouring lines; tells equal matches apart when a file was renamed. */
  readonly surroundings?: string;
  /** Further fingerprints the engine can compute and nobody else (a secret's HMAC). */
  readonly evidence?: readonly Fingerprint[];
  readonly details?: FindingDetails;
  readonly fix?: SuggestedFix;
}

/** Where a decision not to act came from. `inline` stands in the source; the others in a file beside it. */
export type SuppressionSource = 'inline' | 'gitleaksignore' | 'config';

/** The decision that applied to one finding. */
export interface AppliedSuppression {
  readonly source: SuppressionSource;
  readonly reason: string;
  /** ISO date after which it no longer applies; only live suppressions are ever applied. */
  readonly expiresAt?: string;
}

/** One engine's immutable report of one rule at one place in one scan. */
export interface Finding {
  readonly engine: string;
  readonly ruleId: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly cwe: readonly string[];
  readonly title: string;
  readonly message: string;
  readonly location: Location;
  readonly snippet?: Snippet;
  /** Value of the `sightline/v1` fingerprint: unique within a scan. */
  readonly id: string;
  /** Strongest first; holds `sightline/v1`. */
  readonly fingerprints: readonly Fingerprint[];
  readonly details?: FindingDetails;
  readonly fix?: SuggestedFix;
  /** Set when a decision says not to act on it; suppressed findings are reported but do not fail the gate. */
  readonly suppression?: AppliedSuppression;
  /** Present when the scan had a baseline (or `--since`). */
  readonly baseline?: 'new' | 'unchanged';
}
