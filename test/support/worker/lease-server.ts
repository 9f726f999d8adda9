import { json } from 'node:stream/consumers';
import type { LeaseService } from '../../../src/domain/lease-service.ts';
import { startLoopbackServer } from '../git-server.ts';

export interface LeaseServer {
  readonly url: string;
  /** While it is away every connection breaks. */
  readonly setAway: (isAway: boolean) => void;
  /** The answers to these messages get lost: what they ask for is done. */
  readonly loseAnswers: (method: string, count: number) => void;
  readonly close: () => Promise<void>;
}

/** A `LeaseService` behind HTTP, for workers in other processes. */
export const startLeaseServer = async (service: LeaseService): Promise<LeaseServer> => {
  let isAway = false;
  const losing = new Map<string, number>();
  const server = await startLoopbackServer((request, response) => {
    const method = (request.url ?? '').slice(1) as keyof LeaseService;
    const answer = async (): Promise<void> => {
      const body = await json(request);
      if (isAway) return void response.destroy();
      const call = service[method] as (argument: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
      const result = await call(body, { signal: new AbortController().signal });
      const left = losing.get(method) ?? 0;
      losing.set(method, left - 1);
      if (left > 0) return void response.destroy();
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ result }));
    };
    answer().catch(() => response.destroy());
  });
  return {
    url: server.url,
    setAway: (away) => {
      isAway = away;
    },
    loseAnswers: (method, count) => void losing.set(method, count),
    close: server.close,
  };
};
