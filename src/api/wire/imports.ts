import { z } from 'zod';
import { commitId, text, uuid } from './values.ts';

const about = {
  project_id: uuid,
  ref: text(255).min(1).optional().describe('Branch or tag the results speak of; HEAD when absent.'),
  commit: commitId.optional(),
};

/** `POST /imports` with the SARIF log as body: the rest stands in the query. */
export const importQuery = z.strictObject(about);

/** `POST /imports/from-artifact`. */
export const importInput = z.strictObject({ artifact_id: uuid, ...about }).meta({ id: 'ImportInput' });
export type ImportInputWire = z.input<typeof importInput>;
