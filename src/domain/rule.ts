import type { FindingKind } from './finding.ts';
import type { Confidence, Severity } from './severity.ts';

/** One check an engine can report. `id` is permanent: it is part of every finding's identity. */
export interface Rule {
  readonly id: string;
  readonly engine: string;
  readonly kind: FindingKind;
  /** One line: what was found when this fires. */
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** `CWE-798`, ... */
  readonly cwe: readonly string[];
  /** What it means and what to do, in plain text paragraphs. Empty when the rule's author gave none. */
  readonly help: string;
  readonly helpUrl?: string;
  readonly tags: readonly string[];
}
