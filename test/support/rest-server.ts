import { request } from 'node:http';
import type { Operation } from '../../src/api/operation.ts';
import type { ObserveRequest } from '../../src/api/rest/request-log.ts';
import { createRestServer, type RestServer } from '../../src/api/rest/server.ts';
import type { UseCases } from '../../src/api/use-cases.ts';
import type { LogFields, Logger } from '../../src/lib/log.ts';

export const testToken = 'slo_test_token';

export interface TestRest {
  readonly server: RestServer;
  readonly port: number;
  readonly log: readonly { readonly level: string; readonly message: string; readonly fields: LogFields }[];
  readonly observed: readonly Parameters<ObserveRequest>[0][];
  /** With the token, unless the headers say otherwise. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** JSON out and in. */
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
}

const recordingLog = (lines: { level: string; message: string; fields: LogFields }[], inherited: LogFields = {}): Logger => {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...inherited, ...fields } });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => recordingLog(lines, { ...inherited, ...fields }),
  };
};

/** A REST server on a free port of this machine, for one organisation and one token. */
export const startRest = async (options: {
  readonly operations: readonly Operation[];
  readonly useCases: UseCases;
  readonly organizationId: string;
  readonly hostNames?: readonly string[];
  readonly port?: number;
}): Promise<TestRest> => {
  const log: { level: string; message: string; fields: LogFields }[] = [];
  const observed: Parameters<ObserveRequest>[0][] = [];
  let requests = 0;
  const server = createRestServer({
    operations: options.operations,
    useCases: options.useCases,
    authenticate: async (token) => (token === testToken ? { organizationId: options.organizationId, actor: 'operator' } : undefined),
    hostNames: options.hostNames ?? [],
    newId: () => `request-${(requests += 1)}`,
    log: recordingLog(log),
    observe: (one) => observed.push(one),
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { authorization: `Bearer ${testToken}`, ...init.headers } });
  return {
    server,
    port,
    log,
    observed,
    ask,
    send: (method, path, body, headers = {}) =>
      ask(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      }),
  };
};

/** A request that `fetch` would not send: any header, any path as it is written. */
export const rawRequest = (
  port: number,
  options: { readonly method?: string; readonly path: string; readonly headers?: Record<string, string> },
): Promise<{ readonly status: number; readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method: options.method ?? 'GET', path: options.path, headers: options.headers ?? {} },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
