import { createHash } from 'node:crypto';
import type { Artifact } from '../../domain/artifact.ts';
import type { Priority, ScanOptions, ScanRecord, ScanSource } from '../../domain/scan-record.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { storableJson } from '../../store/storable-text.ts';
import type { TaskPlan } from './plan-tasks.ts';

/** A request that was understood completely; whether there is room and what it speaks of, the database says. */
export interface Submission {
  readonly projectId: string;
  readonly kind: ScanRecord['kind'];
  readonly source: ScanSource;
  readonly ref: string;
  readonly commit?: string | undefined;
  readonly plan: TaskPlan;
  readonly shardCount: number;
  readonly options: ScanOptions;
  readonly priority: Priority;
  /** Of the whole scan, from now. */
  readonly timeoutMs: number;
  readonly force: boolean;
  readonly idempotency?: { readonly key: string; readonly requestSha256: string } | undefined;
}

/** SHA-256 of a value, however its keys are ordered. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(JSON.parse(storableJson(value))))
    .digest('hex');

/**
 * What makes two submissions the same while one is active: what is looked at, with what, and how. An upload counts by its bytes, an engine
 * with its version, which changes with its rules.
 */
export const activeKeyOf = (submission: Submission, artifact: Pick<Artifact, 'sha256'> | undefined): string => {
  const { projectId, kind, source, ref, commit, plan, options } = submission;
  const content =
    source.type === 'git' ? { url: source.url, ref: source.ref, commit: source.commit } : { sha256: artifact?.sha256, ref, commit };
  return digestOf({ projectId, kind, content, engines: plan.engineVersions, options });
};
