import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../lib/errors.ts';
import type { Operation, ResponseSpec } from '../operation.ts';
import { problemShape } from '../wire/problem.ts';
import { createComponents, type JsonSchema, type SchemaReader } from './components.ts';

/** OpenAPI 3.1, as far as we write it. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly style?: 'form';
  readonly explode?: boolean;
}

export interface ContentObject {
  readonly [mediaType: string]: { readonly schema?: JsonSchema };
}

export interface ResponseObject {
  readonly description: string;
  readonly content?: ContentObject;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly 'x-permission': string;
  readonly security?: readonly [];
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: { readonly required: boolean; readonly content: ContentObject };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

const fieldsOf = (shape: z.ZodType | undefined): readonly (readonly [string, z.ZodType])[] =>
  shape instanceof z.ZodObject ? Object.entries(shape.shape) : [];

const parametersOf = (operation: Operation, read: SchemaReader): readonly ParameterObject[] =>
  (['path', 'query', 'header'] as const).flatMap((place) => {
    const shape = { path: operation.params, query: operation.query, header: operation.headers }[place];
    return fieldsOf(shape).map(([name, field]): ParameterObject => {
      const { description, ...schema } = read(field, 'input');
      return {
        name,
        in: place,
        required: place === 'path' || !field.safeParse(undefined).success,
        ...(typeof description === 'string' ? { description } : {}),
        schema,
        ...(schema['type'] === 'array' ? { style: 'form', explode: false } : {}),
      };
    });
  });

const bodyOf = (operation: Operation, read: SchemaReader): OperationObject['requestBody'] => {
  if (operation.upload !== undefined) {
    return { required: true, content: Object.fromEntries(operation.upload.contentTypes.map((type) => [type, {}])) };
  }
  if (operation.body === undefined) return undefined;
  return { required: operation.bodyOptional !== true, content: { 'application/json': { schema: read(operation.body, 'input') } } };
};

const successOf = (spec: ResponseSpec, read: SchemaReader): ResponseObject => {
  const type = spec.contentType ?? (spec.schema === undefined ? undefined : 'application/json');
  if (type === undefined) return { description: spec.description };
  return { description: spec.description, content: { [type]: spec.schema === undefined ? {} : { schema: read(spec.schema, 'output') } } };
};

/** What any operation of its kind may be refused with, beside its own refusals. */
const refusalsOf = (operation: Operation): readonly ErrorCode[] => [
  ...(operation.access === 'public' ? [] : (['request_invalid', 'database_unavailable'] as const)),
  ...(operation.access === 'public' || operation.access === 'signed' ? [] : (['unauthenticated'] as const)),
  ...(operation.refusals ?? []),
];

const problemsOf = (operation: Operation, problem: JsonSchema): Readonly<Record<string, ResponseObject>> => {
  const byStatus = Object.groupBy(refusalsOf(operation), (code) => String(errorTable[code].http));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: [...new Set(codes)].map((code) => `\`${code}\`: ${errorTable[code].summary}`).join(' '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
};

const describeOperation = (operation: Operation, read: SchemaReader): OperationObject => {
  const requestBody = bodyOf(operation, read);
  const successes = Object.entries(operation.responses).map(([status, spec]) => [status, successOf(spec, read)]);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    'x-permission': operation.access,
    ...(operation.access === 'public' || operation.access === 'signed' ? { security: [] } : {}),
    parameters: parametersOf(operation, read),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { ...problemsOf(operation, read(problemShape, 'output')), ...Object.fromEntries(successes) },
  };
};

/** The API as a document, made of the operations alone. */
export const describeApi = (operations: readonly Operation[], toolVersion: string): OpenApiDocument => {
  const components = createComponents();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describeOperation(operation, components.read);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sightline',
      version: toolVersion,
      description:
        'Scans source code for vulnerabilities and keeps what it found. Send the token as `Authorization: Bearer <token>`. Refusals are `application/problem+json` with a stable `code`.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ token: [] }],
    paths,
    components: { schemas: components.schemas(), securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
};
