import type { LeaseService } from '../../../src/domain/lease-service.ts';
import { AppError, messageOf } from '../../../src/lib/errors.ts';
import type { LeaseServiceModule } from '../../../src/roles/worker/heartbeat-messages.ts';

/** The other end of `lease-server.ts`. */
export const createHttpLeases = (url: string): LeaseService => {
  const call =
    <Answer>(method: string) =>
    async (request: unknown, { signal }: { readonly signal: AbortSignal }): Promise<Answer> => {
      try {
        const response = await fetch(`${url}/${method}`, {
          method: 'POST',
          body: JSON.stringify(request),
          headers: { 'content-type': 'application/json' },
          signal,
        });
        return ((await response.json()) as { readonly result: Answer }).result;
      } catch (error) {
        throw new AppError('server_unreachable', messageOf(error), { cause: error });
      }
    };
  return {
    register: call('register'),
    claim: call('claim'),
    heartbeat: call('heartbeat'),
    pin: call('pin'),
    openSecrets: call('openSecrets'),
    commit: call('commit'),
    fail: call('fail'),
    release: call('release'),
    deregister: call('deregister'),
  };
};

/** For the heartbeat thread. */
export const openLeaseService: LeaseServiceModule['openLeaseService'] = async (data) => ({
  leases: createHttpLeases(String(data)),
  isQueued: false,
  close: async () => undefined,
});
