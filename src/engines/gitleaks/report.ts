import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';

/** One entry of gitleaks' JSON report, as far as it is used. `Secret` and `Match` hold the secret: they never leave this engine. */
const entrySchema = z.object({
  RuleID: z.string().min(1).max(200),
  StartLine: z.int().nonnegative(),
  EndLine: z.int().nonnegative(),
  StartColumn: z.int(),
  EndColumn: z.int(),
  Match: z.string(),
  Secret: z.string().min(1),
  File: z.string().min(1),
  Tags: z.array(z.string()).nullish(),
});
export type GitleaksEntry = z.infer<typeof entrySchema>;

const maxEntries = 200_000;
const reportSchema = z.array(entrySchema).max(maxEntries);

/**
 * The report as gitleaks wrote it, sorted: its own order depends on the timing of its threads.
 * @throws AppError `engine_output_invalid`; the message never quotes the report, which holds secrets.
 */
export const parseReport = (bytes: Uint8Array): readonly GitleaksEntry[] => {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new AppError('engine_output_invalid', `gitleaks wrote ${bytes.length} bytes that are not a JSON report`);
  }
  const result = reportSchema.safeParse(document);
  if (!result.success) {
    const place = result.error.issues[0]?.path.join('.') ?? '';
    throw new AppError('engine_output_invalid', `gitleaks wrote a report of another shape${place === '' ? '' : ` (at ${place})`}`);
  }
  return result.data.sort(compareEntries);
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareEntries = (a: GitleaksEntry, b: GitleaksEntry): number =>
  compareText(a.File, b.File) ||
  a.StartLine - b.StartLine ||
  a.StartColumn - b.StartColumn ||
  a.EndLine - b.EndLine ||
  a.EndColumn - b.EndColumn ||
  compareText(a.RuleID, b.RuleID) ||
  compareText(a.Secret, b.Secret);
