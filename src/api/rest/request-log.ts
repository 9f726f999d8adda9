import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LogFields, Logger } from '../../lib/log.ts';

/** Counts a request; `operation` is `none` where no operation was reached. */
export type ObserveRequest = (request: { readonly operation: string; readonly status: number; readonly durationMs: number }) => void;

const logged = ['scan_id', 'task_id', 'project_id', 'issue_id', 'artifact_id', 'job_id'] as const;
const plainId = /^[0-9a-f-]{36}$/i;

/** Ids out of the path, as far as they look like ids: the path itself is the caller's text. */
const idsOf = (params: unknown): LogFields => {
  if (typeof params !== 'object' || params === null) return {};
  const values = new Map<string, unknown>(Object.entries(params));
  return Object.fromEntries(
    logged.flatMap((name) => {
      const value = values.get(name);
      return typeof value === 'string' && plainId.test(value) ? [[name, value]] : [];
    }),
  );
};

/** One line for each request: never its URL, which may hold a signature, nor a header. */
export const logRequest = (log: Logger, observe: ObserveRequest, request: FastifyRequest, reply: FastifyReply): void => {
  const operation = request.operation?.id ?? 'none';
  const durationMs = Math.round(reply.elapsedTime * 10) / 10;
  observe({ operation, status: reply.statusCode, durationMs });
  const fields = {
    request_id: request.id,
    operation,
    method: request.method,
    status: reply.statusCode,
    duration_ms: durationMs,
    ...(request.caller === undefined ? {} : { actor: request.caller.actor }),
    ...idsOf(request.params),
  };
  // Probes ask every few seconds.
  if (request.operation?.access === 'public' && reply.statusCode < 400) log.debug('request', fields);
  else log.info('request', fields);
};
