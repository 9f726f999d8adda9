import { type Operation, operation } from '../operation.ts';
import { diagnosisShape, toDiagnosisWire } from '../wire/diagnosis.ts';
import { retentionInput, retentionRunShape, toRetentionRunWire } from '../wire/retention.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Operating';

const diagnose = operation({
  id: 'diagnose',
  method: 'GET',
  path: '/api/v1/diagnosis',
  tag,
  access: 'diagnosis:read',
  summary: 'Examine the server and what it has stored',
  description: 'Asks the database whether every promise of the server holds, which means reading all of it: not for a probe.',
  responses: { 200: { description: 'What was found, be it good or bad.', schema: diagnosisShape } },
  handler: async (_input, { useCases, signal }) => ({ status: 200, body: toDiagnosisWire(await useCases.diagnose({ signal })) }),
});

const runRetention = operation({
  id: 'runRetention',
  method: 'POST',
  path: '/api/v1/retention/runs',
  tag,
  access: 'retention:run',
  summary: 'Run the cleaner now, or rehearse it',
  description:
    'Removes ended scans past the retention with all they own, artifacts past their end, and what belongs to nothing. Answers when it is done; what was removed stays removed when the connection breaks before.',
  refusals: ['storage_unavailable'],
  body: retentionInput,
  bodyOptional: true,
  responses: { 200: { description: 'What was removed, or would have been.', schema: retentionRunShape } },
  handler: async ({ body }, { useCases, caller, signal }) => {
    const dryRun = body.dry_run ?? false;
    const statistics = await useCases.runRetention(caller, withoutUndefined({ dryRun, keepLatest: body.keep_latest }), { signal });
    return { status: 200, body: toRetentionRunWire(dryRun, statistics) };
  },
});

export const operatingOperations: readonly Operation[] = [diagnose, runRetention];
