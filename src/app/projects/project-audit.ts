import type { Caller } from '../../domain/caller.ts';
import { appendAudit } from '../../store/audit.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';

export const auditProject = (
  deps: Pick<AppDependencies, 'clock'>,
  tx: OrgTx,
  caller: Caller,
  action: `project.${string}`,
  projectId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> =>
  appendAudit(tx, { actor: caller.actor, action, resourceType: 'project', resourceId: projectId, data, at: new Date(deps.clock.now()) });
