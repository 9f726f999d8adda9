import { z } from 'zod';
import type { Diagnosis } from '../../app/health/diagnose.ts';

const version = z.string();

export const diagnosisShape = z
  .object({
    is_healthy: z.boolean(),
    database: z.string().describe('Which one was looked at, without a password.'),
    versions: z.object({ sightline: version, node: version, platform: version, postgresql: version.nullable() }),
    checks: z.array(z.object({ name: z.string(), is_ok: z.boolean(), detail: z.string(), hint: z.string().nullable() })),
    invariants: z
      .array(
        z.object({
          id: z.string(),
          promise: z.string(),
          offenders: z.array(z.string()).describe('A line for each row that breaks the promise; none: it holds.'),
          has_more: z.boolean(),
        }),
      )
      .describe('What the database must always say.'),
    skipped: z
      .object({ ids: z.array(z.string()), reason: z.string() })
      .nullable()
      .describe('Invariants that were not asked; null when all were.'),
  })
  .meta({ id: 'Diagnosis' });
export type DiagnosisWire = z.infer<typeof diagnosisShape>;

export const toDiagnosisWire = ({ isHealthy, database, versions, checks, invariants, skipped }: Diagnosis): DiagnosisWire => ({
  is_healthy: isHealthy,
  database,
  versions: { ...versions, postgresql: versions.postgresql ?? null },
  checks: checks.map(({ name, isOk, detail, hint }) => ({ name, is_ok: isOk, detail, hint: hint ?? null })),
  invariants: invariants.map(({ id, promise, offenders, hasMore }) => ({ id, promise, offenders: [...offenders], has_more: hasMore })),
  skipped: skipped === undefined ? null : { ids: [...skipped.ids], reason: skipped.reason },
});
