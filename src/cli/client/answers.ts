import type { z } from 'zod';
import { problemShape } from '../../api/wire/problem.ts';
import { AppError, type ErrorCode, errorTable } from '../../lib/errors.ts';

/** More than any page of a list; what is larger is read as a stream. */
const maxAnswerBytes = 64 * 1024 * 1024;

const notOurs = (url: string, why: string, cause?: unknown): AppError =>
  new AppError('server_answer_invalid', `${url} does not answer as a Sightline server of this version: ${why}`, {
    hint: 'Check --server (or SIGHTLINE_SERVER_URL), and that "sightline version" is the same on both sides.',
    cause,
  });

const bodyOf = async (response: Response): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > maxAnswerBytes) throw notOurs(response.url, `more than ${maxAnswerBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isKnownCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

/** What stands for a refusal whose code this version does not know: the exit code must still be right. */
const codeOfStatus = (status: number): ErrorCode => {
  if (status === 401 || status === 403) return 'unauthenticated';
  if (status === 404) return 'not_found';
  if (status === 429) return 'queue_full';
  return status >= 500 ? 'server_answer_invalid' : 'request_invalid';
};

const tokenHint =
  "Set SIGHTLINE_TOKEN to the operator token; it is in the file operator-token of the server's data directory (--data-dir).";

/** The refusal as the server meant it. */
export const refusalOf = async (response: Response): Promise<AppError> => {
  const problem = problemShape.safeParse(parsed(await bodyOf(response)));
  if (!problem.success) {
    return response.status === 401
      ? new AppError('unauthenticated', 'the server asks for a token', { hint: tokenHint })
      : notOurs(response.url, `it says ${response.status}`);
  }
  const { code, detail, hint, details, request_id: requestId } = problem.data;
  const known = isKnownCode(code) ? code : codeOfStatus(response.status);
  const shownHint = known === 'unauthenticated' ? tokenHint : hint;
  return new AppError(known, detail, {
    ...(shownHint === undefined ? {} : { hint: shownHint }),
    details: { ...details, request_id: requestId },
  });
};

/** The answer in its shape. @throws AppError `server_answer_invalid` */
export const answerOf = async <Shape extends z.ZodType>(response: Response, shape: Shape): Promise<z.output<Shape>> => {
  const answer = shape.safeParse(parsed(await bodyOf(response)));
  if (!answer.success) {
    const [issue] = answer.error.issues;
    throw notOurs(response.url, issue === undefined ? 'no JSON' : `${issue.path.join('.') || 'the answer'}: ${issue.message}`);
  }
  return answer.data;
};
