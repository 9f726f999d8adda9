import { z } from 'zod';
import { findingKinds } from '../../domain/finding.ts';
import { confidences, severities } from '../../domain/severity.ts';

/** Small values that several shapes share. On the wire names are snake_case, instants ISO 8601 in UTC, and what is not there is null. */
export const uuid = z.uuid().toLowerCase();

export const instant = z.iso.datetime();

/** An instant somebody sends: any offset, in a year that a database can keep. */
export const instantInput = z.iso.datetime({ offset: true }).refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9999;
}, 'expected a year from 0001 to 9999, in UTC');

/** Text of a person: bounded, and without NUL, which PostgreSQL cannot keep. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0]*$/, 'must not hold a NUL character');

export const severity = z.enum(severities);
export const confidence = z.enum(confidences);
export const findingKind = z.enum(findingKinds);
export const gateThreshold = z.enum([...severities, 'none']);

export const commitId = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/, 'expected a full commit id: 40 or 64 hexadecimal digits')
  .toLowerCase();

export const sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hexadecimal digits')
  .toLowerCase();

/** Names of engines, and parts of ids of rules. */
export const engineName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected the name of an engine');

/** The error of something that failed; the code is a row of the reference of errors. */
export const failure = z.object({ code: z.string(), message: z.string() }).meta({ id: 'Failure' });

export const toInstant = (at: Date): string => at.toISOString();
export const toInstantOrNull = (at: Date | undefined): string | null => at?.toISOString() ?? null;
