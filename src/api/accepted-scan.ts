import type { Submitted } from '../app/scans/scans.ts';
import type { AnswerTo, Responses } from './operation.ts';
import { scanShape, toScanWire } from './wire/scans.ts';

/** Of every operation that submits something to be a scan: an equal submission gets the scan the first one made. */
export const acceptedScanResponses = {
  202: { description: 'A new scan: it will be run.', schema: scanShape },
  200: { description: 'The scan that an earlier submission made.', schema: scanShape },
} as const satisfies Responses;

export const toAcceptedScan = ({ scan, isNew }: Submitted): AnswerTo<typeof acceptedScanResponses> => ({
  status: isNew ? 202 : 200,
  body: toScanWire(scan),
  revision: scan.revision,
  headers: { location: `/api/v1/scans/${scan.id}` },
});
