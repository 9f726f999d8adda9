import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { abortReason } from '../../lib/abort.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { answerOf, refusalOf } from './answers.ts';
import type { Connection } from './connection.ts';

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the server: `/api/v1/scans`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`; then nothing is tried twice. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  /** May be sent again when the server is busy: reading, or bound by an Idempotency-Key. Default: GET only. */
  readonly isRepeatable?: boolean;
  /** A signed URL speaks for itself; the token stays here. */
  readonly isSigned?: boolean;
  /** For what takes long by nature: {@link slowAnswerMs}. */
  readonly answerWithinMs?: number;
}

export interface HttpClient {
  readonly serverUrl: string;
  /** @throws AppError as the server said it; `server_unreachable`, `server_answer_invalid` */
  readonly ask: <Shape extends z.ZodType>(shape: Shape, request: ApiRequest) => Promise<z.output<Shape>>;
  /** An answer without a body, or one that does not matter. */
  readonly tell: (request: ApiRequest) => Promise<void>;
  /** The body as it comes, for as long as it comes; ends with `signal` too. */
  readonly open: (request: ApiRequest, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
}

/** Without an answer for so long, the server counts as gone. Uploads and streams are not bounded by it. */
const usualAnswerMs = 60_000;
/** The longest that `fetch` waits for the head of an answer is 5 minutes. */
export const slowAnswerMs = 290_000;
const attempts = 4;
const longestWaitMs = 15_000;

const urlOf = (serverUrl: string, { path, query = {} }: ApiRequest): string => {
  // Some paths are what the server said: `@elsewhere/` behind its name would be another server.
  if (!path.startsWith('/')) {
    throw new AppError('server_answer_invalid', `${serverUrl} names a place that is not on it`, {
      hint: 'Check --server (or SIGHTLINE_SERVER_URL): it does not behave as a Sightline server.',
    });
  }
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((single): [string, string] => [name, String(single)]),
  );
  if (parameters.length === 0) return `${serverUrl}${path}`;
  return `${serverUrl}${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parameters).toString()}`;
};

const unreachable = (serverUrl: string, error: unknown): AppError => {
  const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
  return new AppError('server_unreachable', `no answer from ${serverUrl}${reason === '' ? '' : `: ${reason}`}`, {
    hint: 'Start one with "sightline serve", or name another with --server (or SIGHTLINE_SERVER_URL).',
    cause: error,
  });
};

/** How long a busy server asks to wait; a second where it does not say. */
const waitOf = (response: Response): number => {
  const seconds = Number(response.headers.get('retry-after') ?? '1');
  return Math.min(longestWaitMs, Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1000);
};

const bodyInit = (request: ApiRequest): Pick<RequestInit, 'body' | 'duplex'> => {
  if (request.bytes !== undefined) return { body: ReadableStream.from(request.bytes), duplex: 'half' };
  return request.body === undefined ? {} : { body: JSON.stringify(request.body) };
};

const send = async (
  { serverUrl, token }: Connection,
  request: ApiRequest,
  limits: { readonly signal: AbortSignal; readonly answerWithinMs?: number },
): Promise<Response> => {
  const headers = new Headers({
    accept: 'application/json',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  });
  if (token !== undefined && request.isSigned !== true) headers.set('authorization', `Bearer ${token}`);
  const url = urlOf(serverUrl, request);
  // The clock stops once the head of the answer is there.
  const silence = new AbortController();
  const timer =
    limits.answerWithinMs === undefined ? undefined : setTimeout(() => silence.abort(new Error('it is silent')), limits.answerWithinMs);
  try {
    return await fetch(url, {
      method: request.method ?? 'GET',
      headers,
      // A token must not follow to another server.
      redirect: 'error',
      signal: AbortSignal.any([limits.signal, silence.signal]),
      ...bodyInit(request),
    });
  } catch (error) {
    if (limits.signal.aborted) throw abortReason(limits.signal);
    throw unreachable(serverUrl, error);
  } finally {
    clearTimeout(timer);
  }
};

/** One server, one token. Every call ends with `signal`. */
export const createHttpClient = (connection: Connection, { signal }: { readonly signal: AbortSignal }): HttpClient => {
  const succeed = async (request: ApiRequest): Promise<Response> => {
    const isRepeatable = request.isRepeatable ?? (request.method === undefined || request.method === 'GET');
    for (let attempt = 1; ; attempt += 1) {
      const limits = request.bytes === undefined ? { signal, answerWithinMs: request.answerWithinMs ?? usualAnswerMs } : { signal };
      const response = await send(connection, request, limits);
      if (response.ok) return response;
      const isBusy = response.status === 429 || response.status === 503;
      if (!isBusy || !isRepeatable || request.bytes !== undefined || attempt === attempts) throw await refusalOf(response);
      await response.body?.cancel();
      await sleep(waitOf(response), undefined, { signal }).catch(() => {
        throw abortReason(signal);
      });
    }
  };
  return {
    serverUrl: connection.serverUrl,
    ask: async (shape, request) => answerOf(await succeed(request), shape),
    tell: async (request) => {
      await (await succeed(request)).body?.cancel();
    },
    open: async (request, until) => {
      const response = await send(connection, request, { signal: AbortSignal.any([signal, until]), answerWithinMs: usualAnswerMs });
      if (!response.ok) throw await refusalOf(response);
      return response.body ?? ReadableStream.from([]);
    },
  };
};
