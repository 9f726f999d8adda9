import { AppError, type ErrorCode, errorTable, isAppError, messageOf } from '../../lib/errors.ts';
import type { ProblemWire } from '../wire/problem.ts';

/** Where the codes are explained, on the server itself. */
const reference = '/api/v1/docs#error-';

/** What the HTTP library refuses by itself, as rows of our table. */
const ofLibrary: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'size_limit',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request_invalid',
  FST_ERR_BAD_URL: 'request_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Any failure of a request as an error of ours; a defect keeps its cause and tells the client nothing of it. */
export const toAppError = (error: unknown): AppError => {
  if (isAppError(error)) return error;
  const code = codeOf(error);
  const known = code !== undefined && Object.hasOwn(ofLibrary, code) ? ofLibrary[code] : undefined;
  if (known !== undefined) return new AppError(known, messageOf(error).replace(/\.$/, ''), { cause: error });
  if (error instanceof SyntaxError) return new AppError('request_invalid', 'body: not JSON', { cause: error });
  return new AppError('internal', messageOf(error), { cause: error });
};

/** A client that was told to wait comes back after so many seconds. */
const retryAfterS = (error: AppError, status: number): number | undefined => {
  if (status !== 429 && status !== 503) return undefined;
  const asked = error.details['retry_after_s'];
  return typeof asked === 'number' ? Math.max(1, Math.ceil(asked)) : status === 429 ? 1 : 5;
};

export interface Problem {
  readonly status: number;
  readonly body: ProblemWire;
  readonly headers: Readonly<Record<string, string>>;
}

export const toProblem = (error: AppError, requestId: string): Problem => {
  const row = errorTable[error.code];
  const isDefect = error.code === 'internal';
  const retryAfter = retryAfterS(error, row.http);
  const hasDetails = !isDefect && Object.keys(error.details).length > 0;
  return {
    status: row.http,
    body: {
      type: `${reference}${error.code}`,
      title: row.summary,
      status: row.http,
      detail: isDefect ? 'the request failed; the log of the server tells why, by the id of the request' : error.message,
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(hasDetails ? { details: { ...error.details } } : {}),
      request_id: requestId,
    },
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
  };
};
