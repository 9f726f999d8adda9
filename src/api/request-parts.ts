import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { uuid } from './wire/values.ts';

/** Parts of requests that several operations share. */
export const scanParams = z.strictObject({ scan_id: uuid });
export const projectParams = z.strictObject({ project_id: uuid });
export const issueParams = z.strictObject({ issue_id: uuid });
export const taskParams = z.strictObject({ task_id: uuid });
export const artifactParams = z.strictObject({ artifact_id: uuid });
export const findingParams = z.strictObject({ finding_id: uuid });

/** One value or several, in one parameter with commas or in many. */
export const anyOf = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.enum(values)).min(1).max(values.length))
    .optional()
    .describe('One or several, separated by commas.');

export const ifMatchHeaders = z.object({
  'if-match': z.string().max(200).optional().describe('ETag of the state the change is meant for; refused with 412 when it is older.'),
});

/** The revision inside an ETag of ours. Undefined: any will do. */
export const revisionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revision = /^(?:W\/)?"(\d{1,9})(?:-[\w-]{1,64})?"$/.exec(ifMatch.trim())?.[1];
  if (revision !== undefined) return Number(revision);
  throw new AppError('request_invalid', 'headers.if-match: not an ETag of this server', {
    hint: 'Send the ETag header of the answer you read, as it was.',
    details: { field: 'headers.if-match' },
  });
};

export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 printable characters without spaces')
    .optional()
    .describe('The same key with the same request gives the same answer for a day.'),
});
