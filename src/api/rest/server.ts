import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Caller } from '../../domain/caller.ts';
import type { NewId } from '../../lib/clock.ts';
import { AppError, errorTable, isSystemError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { Operation } from '../operation.ts';
import type { UseCases } from '../use-cases.ts';
import { type Authenticate, challengeOf, identify } from './authentication.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { createHostCheck } from './host-check.ts';
import { createLiveRequests } from './live-requests.ts';
import { toAppError, toProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { logRequest, type ObserveRequest } from './request-log.ts';
import { createAllowedMethods, routePath } from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import { sendAnswer } from './send-answer.ts';
import { cutOffRest, uploadOf } from './upload.ts';
import { isWellFormedJson } from './well-formed.ts';

export interface RestDependencies {
  /** What this listener serves. */
  readonly operations: readonly Operation[];
  readonly useCases: UseCases;
  readonly authenticate: Authenticate;
  /** Names it is reached by beside localhost and addresses. */
  readonly hostNames: readonly string[];
  readonly newId: NewId;
  readonly log: Logger;
  readonly observe: ObserveRequest;
}

export interface RestServer {
  /** @throws AppError `address_in_use` */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<{ readonly host: string; readonly port: number }>;
  /** Takes no more requests, ends endless answers, lets the others finish for `graceMs`, then cuts them off. */
  readonly close: (options: { readonly graceMs: number }) => Promise<void>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
  }
  interface FastifyRequest {
    operation?: Operation | undefined;
    caller?: Caller;
    ends?: AbortSignal;
  }
}

/** Of a JSON body. */
const bodyLimitBytes = 1024 * 1024;
/** A connection on which nothing moves for so long is closed; event streams say something more often. */
const idleMs = 120_000;
/** Longest time a request may take to arrive, a large upload over a slow line included. */
const arrivalMs = 3_600_000;

const listenError = (cause: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown => {
  if (!isSystemError(cause)) return cause;
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
  return new AppError('address_in_use', `cannot listen on ${place}: ${why}`, {
    hint: 'Stop that program, or choose another address with --listen, --probes-listen or --metrics-listen ("off" for none of the last two).',
    cause,
  });
};

/** For the log: where a defect is; of other failures what happened and why. */
const traceOf = (error: AppError): string => {
  const { cause } = error;
  if (error.code === 'internal') return (cause instanceof Error ? cause.stack : error.stack) ?? error.message;
  return cause === undefined ? error.message : `${error.message}: ${messageOf(cause)}`;
};

/** The body broke off with its connection: no defect of ours, and nobody is there to be told. */
const hasLeft = (request: FastifyRequest, error: unknown): boolean => request.ends?.aborted === true && isSystemError(error, 'ECONNRESET');

const readJson = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return void parse(request, String(body), (error: Error | null, value?: unknown) => {
      if (error !== null) done(error);
      else if (isWellFormedJson(value)) done(null, value);
      else done(new AppError('request_invalid', 'body: a text holds half of a surrogate pair'));
    });
  });
};

export const createRestServer = (deps: RestDependencies): RestServer => {
  const { log } = deps;
  const checkHost = createHostCheck(deps.hostNames);
  const allowedMethods = createAllowedMethods(deps.operations);
  const live = createLiveRequests();
  const stopping = new AbortController();

  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const known = toAppError(hasLeft(request, error) ? request.ends?.reason : error);
    if (known.code === 'cancelled') log.debug('request broke off', { request_id: request.id, operation: request.operation?.id ?? 'none' });
    if (errorTable[known.code].http >= 500) {
      log.error('request failed', {
        request_id: request.id,
        operation: request.operation?.id ?? 'none',
        code: known.code,
        error: traceOf(known),
      });
    }
    if (known.code === 'unauthenticated') reply.header('www-authenticate', challengeOf(request.operation?.access ?? 'public'));
    const problem = toProblem(known, request.id);
    return reply.code(problem.status).headers(problem.headers).send(JSON.stringify(problem.body));
  };

  const app = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    connectionTimeout: idleMs,
    requestTimeout: arrivalMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id'], deps.newId),
    routerOptions: { maxParamLength: 512, caseSensitive: true },
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  });

  const refuseAddress = (request: FastifyRequest, reply: FastifyReply): AppError => {
    const path = request.url.replace(/\?.*$/s, '');
    const methods = allowedMethods(path);
    if (methods.length === 0) return new AppError('not_found', 'there is nothing at this address');
    reply.header('allow', methods.join(', '));
    return new AppError('method_not_allowed', `${path} takes ${methods.join(', ')}`);
  };

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders, 'x-request-id': request.id });
    request.ends = live.open(reply.raw);
    request.operation = request.routeOptions.config.operation;
    checkHost(request.headers.host);
    // Here, so that the body is not read first.
    if (request.operation === undefined) throw refuseAddress(request, reply);
    const { authorization } = request.headers;
    const caller = await identify(deps.authenticate, request.operation.access, { authorization, id: request.id }, { signal: request.ends });
    if (caller !== undefined) request.caller = caller;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.signal.aborted) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    logRequest(log, deps.observe, request, reply);
    cutOffRest(request.raw);
    if (stopping.signal.aborted) request.raw.socket.destroySoon();
  });
  app.setErrorHandler(refuse);

  const register = (instance: FastifyInstance, operation: Operation): void => {
    instance.route({
      method: operation.method,
      url: routePath(operation.path),
      config: { operation },
      handler: async (request, reply) => {
        const { caller, ends } = request;
        if (operation.isEndless === true) live.admitEndless(reply.raw);
        const answer = await operation.run(
          { params: request.params, query: request.query, headers: request.headers, body: request.body },
          {
            useCases: deps.useCases,
            signal: ends ?? AbortSignal.abort(),
            stopping: stopping.signal,
            method: request.method,
            url: request.url,
            upload: uploadOf(request.raw),
            requestId: request.id,
            ...(caller === undefined ? {} : { caller }),
          },
        );
        return sendAnswer(operation, answer, request, reply);
      },
    });
  };

  readJson(app);
  for (const operation of deps.operations) if (operation.upload === undefined) register(app, operation);
  void app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const operation of deps.operations) if (operation.upload !== undefined) register(raw, operation);
  });

  return {
    listen: async (address) => {
      try {
        await app.listen({ host: address.host, port: address.port });
      } catch (cause) {
        throw listenError(cause, address);
      }
      const bound = app.server.address() as AddressInfo;
      return { host: bound.address, port: bound.port };
    },
    close: async ({ graceMs }) => {
      stopping.abort();
      const cut = setTimeout(() => {
        live.cutOff();
        app.server.closeAllConnections();
      }, graceMs);
      try {
        await app.close();
      } finally {
        clearTimeout(cut);
      }
    },
  };
};
