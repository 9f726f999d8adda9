import { z } from 'zod';
import type { Caller } from '../domain/caller.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import type { Access, Permission } from './permissions.ts';
import type { UseCases } from './use-cases.ts';

/**
 * An operation is one thing the API can do, as a value: address, permission, shapes, handler. Routes, the OpenAPI document and the permission
 * check are derived from it, so that they cannot disagree.
 */
export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

export interface ResponseSpec {
  readonly description: string;
  /** JSON of that shape; with a `contentType`, what the pieces of the stream hold. */
  readonly schema?: z.ZodType;
  /** The answer is a stream of that media type. */
  readonly contentType?: string;
}
export type Responses = Readonly<Record<number, ResponseSpec>>;

type AnswerHead<Status> = { readonly status: Status; readonly headers?: Readonly<Record<string, string>> };
type AnswerOf<Status, Spec> = Spec extends { readonly contentType: string }
  ? AnswerHead<Status> & { readonly stream: AsyncIterable<string | Uint8Array> }
  : Spec extends { readonly schema: infer Schema extends z.ZodType }
    ? AnswerHead<Status> & { readonly body: z.output<Schema>; readonly revision?: number }
    : AnswerHead<Status>;

/** What a handler may answer: one of the declared statuses, with what was declared for it. */
export type AnswerTo<Spec extends Responses> = { [Status in keyof Spec & number]: AnswerOf<Status, Spec[Status]> }[keyof Spec & number];

/** Any answer, for transports. */
export type Answer = AnswerHead<number> & {
  readonly body?: unknown;
  /** Of the object shown: part of its ETag. */
  readonly revision?: number;
  readonly stream?: AsyncIterable<string | Uint8Array>;
};

/** Unchecked parts of a request. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

export interface CallContext {
  readonly useCases: UseCases;
  /** Ends when the client is gone, or the server cannot wait any longer. */
  readonly signal: AbortSignal;
  /** Ends when the server begins to stop: endless answers end then. */
  readonly stopping: AbortSignal;
  /** As they arrived, for signatures. */
  readonly method: string;
  readonly url: string;
  /** Bytes of the body, of operations with an `upload`. Not bounded. */
  readonly upload: AsyncIterable<Uint8Array>;
  readonly requestId: string;
}
export interface CallerContext extends CallContext {
  readonly caller: Caller;
}

interface Description {
  /** Name in the OpenAPI document and in metrics: `createScan`. */
  readonly id: string;
  readonly method: Method;
  /** `/api/v1/scans/{scan_id}` */
  readonly path: string;
  /** Heading in the documentation. */
  readonly tag: string;
  readonly access: Access;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  /** Codes of refusals that are particular to it. */
  readonly refusals?: readonly ErrorCode[];
  /** The body is raw bytes of such types. */
  readonly upload?: { readonly contentTypes: readonly string[] };
  /** The answer goes on until one of both sides ends it; a server gives a limited number of such answers at once. */
  readonly isEndless?: boolean;
  /** A JSON body may be left out. */
  readonly bodyOptional?: boolean;
}

interface Shapes {
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly headers?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  readonly responses: Responses;
}

/** An operation as transports see it: what goes in is checked in `run`. */
export interface Operation extends Description, Shapes {
  /** @throws AppError `request_invalid` naming the field, and what the use case throws. */
  readonly run: (input: RawInput, context: CallContext & { readonly caller?: Caller }) => Promise<Answer>;
}

type Value<Shape> = Shape extends z.ZodType ? z.output<Shape> : undefined;
type Part = z.ZodType | undefined;
interface Input<Params extends Part, Query extends Part, Headers extends Part, Body extends Part> {
  readonly params: Value<Params>;
  readonly query: Value<Query>;
  readonly headers: Value<Headers>;
  readonly body: Value<Body>;
}
interface Definition<Params extends Part, Query extends Part, Headers extends Part, Body extends Part, Spec extends Responses, Context>
  extends Description {
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: Body;
  readonly responses: Spec;
  readonly handler: (input: Input<Params, Query, Headers, Body>, context: Context) => Promise<AnswerTo<NoInfer<Spec>>>;
}

const fieldName = (part: string, path: readonly PropertyKey[]): string =>
  path.length === 0
    ? part
    : path.reduce<string>((name, key) => (typeof key === 'number' ? `${name}[${key}]` : `${name}.${String(key)}`), part);

const readPart = <Shape extends Part>(name: string, shape: Shape, value: unknown): Value<Shape> => {
  if (shape === undefined) return undefined as Value<Shape>;
  const result = shape.safeParse(value);
  if (result.success) return result.data as Value<Shape>;
  const [first] = result.error.issues;
  const field = first === undefined ? name : fieldName(name, first.path);
  const others = result.error.issues.length - 1;
  throw new AppError('request_invalid', `${field}: ${first?.message ?? 'not understood'}${others > 0 ? ` (and ${others} more)` : ''}`, {
    hint: 'The shapes of all requests are at /api/v1/docs.',
    details: { field },
  });
};

const noQuery = z.strictObject({});

const checked = <Params extends Part, Query extends Part, Headers extends Part, Body extends Part, Spec extends Responses, Context>(
  definition: Definition<Params, Query, Headers, Body, Spec, Context>,
  contextOf: (context: CallContext & { readonly caller?: Caller }) => Context,
): Operation => ({
  ...definition,
  run: async (raw, context) => {
    if (definition.query === undefined) readPart('query', noQuery, raw.query);
    return definition.handler(
      {
        params: readPart('path', definition.params as Params, raw.params),
        query: readPart('query', definition.query as Query, raw.query),
        headers: readPart('headers', definition.headers as Headers, raw.headers),
        body: readPart('body', definition.body as Body, raw.body ?? (definition.bodyOptional === true ? {} : raw.body)),
      },
      contextOf(context),
    );
  },
});

/** An operation of somebody who is known. */
export const operation = <
  const Spec extends Responses,
  Params extends Part = undefined,
  Query extends Part = undefined,
  Headers extends Part = undefined,
  Body extends Part = undefined,
>(
  definition: Definition<Params, Query, Headers, Body, Spec, CallerContext> & { readonly access: Permission },
): Operation =>
  checked<Params, Query, Headers, Body, Spec, CallerContext>(definition, ({ caller, ...context }) => {
    if (caller === undefined) throw new AppError('internal', `the operation ${definition.id} was reached without a caller`);
    return { ...context, caller };
  });

/** An operation that asks for no token. */
export const openOperation = <
  const Spec extends Responses,
  Params extends Part = undefined,
  Query extends Part = undefined,
  Headers extends Part = undefined,
  Body extends Part = undefined,
>(
  definition: Definition<Params, Query, Headers, Body, Spec, CallContext> & { readonly access: 'public' | 'signed' },
): Operation => checked<Params, Query, Headers, Body, Spec, CallContext>(definition, (context) => context);
