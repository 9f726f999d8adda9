import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../lib/errors.ts';
import type { Answer, Operation } from '../operation.ts';
import { etagOf, matches } from './etag.ts';

/** The body as it was declared and nothing else: a field too many is left out, a wrong one is a defect of ours. */
const toJson = (operation: Operation, { status, body }: Answer): string | undefined => {
  const schema = operation.responses[status]?.schema;
  if (schema === undefined) return undefined;
  const result = schema.safeParse(body);
  if (result.success) return JSON.stringify(result.data);
  const fields = result.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('internal', `the answer of ${operation.id} is not as declared: ${fields.join('; ')}`);
};

/** The status goes out before the stream has ended, so a failure in between can only be shown by breaking the connection off. */
async function* withFirst(stream: AsyncIterator<string | Uint8Array>, first: IteratorResult<string | Uint8Array>) {
  try {
    for (let next = first; next.done !== true; next = await stream.next()) yield next.value;
  } finally {
    await stream.return?.();
  }
}

const sendStream = async (operation: Operation, answer: Answer, stream: AsyncIterable<string | Uint8Array>, reply: FastifyReply) => {
  // What fails before the first piece is still an ordinary refusal.
  const pieces = stream[Symbol.asyncIterator]();
  const first = await pieces.next();
  return reply
    .code(answer.status)
    .headers({
      'content-type': operation.responses[answer.status]?.contentType ?? 'application/octet-stream',
      'cache-control': 'no-store',
      // Of proxies: pass on what comes, as it comes.
      'x-accel-buffering': 'no',
      ...answer.headers,
    })
    .send(Readable.from(withFirst(pieces, first), { objectMode: true, highWaterMark: 1 }));
};

export const sendAnswer = async (operation: Operation, answer: Answer, request: FastifyRequest, reply: FastifyReply) => {
  if (answer.stream !== undefined) return sendStream(operation, answer, answer.stream, reply);
  const json = toJson(operation, answer);
  reply.code(answer.status).headers({ 'cache-control': 'private, no-cache', ...answer.headers });
  if (json === undefined) return reply.send();
  if (answer.status === 200 || answer.revision !== undefined) {
    const etag = etagOf(json, answer.revision);
    reply.header('etag', etag);
    if (operation.method === 'GET' && answer.status === 200 && matches(request.headers['if-none-match'], etag))
      return reply.code(304).send();
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(json);
};
