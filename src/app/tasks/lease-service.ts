import type { LeaseService } from '../../domain/lease-service.ts';
import { claimTasks } from './claim.ts';
import { commitTask } from './commit.ts';
import { failTask, releaseTask } from './fail.ts';
import { answerHeartbeat } from './heartbeat.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';
import { openTaskSecrets, pinCommit } from './lease-holder.ts';
import { deregisterWorker, registerWorker } from './worker-registry.ts';

/** The server's side of what workers say. The rules are `domain/task-lifecycle.ts`; the database is the truth and its clock the time. */
export const createLeaseService = (deps: LeaseDependencies): LeaseService => ({
  register: (request, options) => registerWorker(deps, request, options),
  claim: (request, options) => claimTasks(deps, request, options),
  heartbeat: (request, options) => answerHeartbeat(deps, request, options),
  pin: (request, options) => pinCommit(deps, request, options),
  openSecrets: (lease, options) => openTaskSecrets(deps, lease, options),
  commit: (request, options) => commitTask(deps, request, options),
  fail: (request, options) => failTask(deps, request, options),
  release: (lease, options) => releaseTask(deps, lease, options),
  deregister: (request, options) => deregisterWorker(deps, request, options),
});
