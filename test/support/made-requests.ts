import fc from 'fast-check';
import type { OpenApiDocument, OperationObject } from '../../src/api/openapi/document.ts';

export interface MadeRequest {
  readonly operationId: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What people mistype and attackers type. */
const nasty = fc.constantFrom<unknown>(
  '',
  '\0',
  '%',
  '_\\%',
  "' or 1=1 --",
  '\ud800',
  '😀'.repeat(40),
  '../../etc/passwd',
  'x'.repeat(5000),
  -1,
  0,
  0.5,
  1e21,
  9_007_199_254_740_991,
  null,
  true,
  [],
  {},
  [[]],
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  'file:///etc/passwd',
  'https://user:pass@host/x',
  'https://[::1]/x',
  '__proto__',
);

/** What a field of that name usually holds. */
const typical: Readonly<Record<string, string>> = {
  url: 'https://git.example.com/x.git',
  repo_url: 'https://git.example.com/y.git',
  repository_url: 'https://git.example.com/z.git',
  ref: 'main',
  branch: 'main',
  commit: 'a'.repeat(40),
  sha256: 'b'.repeat(64),
  engine: 'secrets',
  engines: 'secrets',
  content_type: 'application/zip',
  'if-match': '*',
  slug: 'a-slug',
};

/** Requests that fit the document, mostly, and then do not in one place or another. `ids` are those of things that are there. */
export const madeRequests = (document: OpenApiDocument, ids: readonly string[]): fc.Arbitrary<MadeRequest> => {
  const resolve = (schema: Schema): Schema => {
    const name = typeof schema['$ref'] === 'string' ? schema['$ref'].replace(/^.*\//, '') : undefined;
    return name === undefined ? schema : (document.components.schemas[name] ?? {});
  };

  const fitting = (given: unknown, depth: number, name = ''): fc.Arbitrary<unknown> => {
    if (!isSchema(given) || depth > 5) return nasty;
    const schema = resolve(given);
    const choices = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(choices)) return fc.oneof(...choices.map((choice) => value(choice, depth + 1, name)));
    if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...(schema['enum'] as unknown[]));
    if (schema['const'] !== undefined) return fc.constant(schema['const']);
    switch (schema['type']) {
      case 'object': {
        const properties = isSchema(schema['properties']) ? schema['properties'] : {};
        const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
        const fields = Object.fromEntries(Object.entries(properties).map(([field, inner]) => [field, value(inner, depth + 1, field)]));
        return fc.record(fields, { requiredKeys: required });
      }
      case 'array':
        return fc.array(value(schema['items'], depth + 1, name), { maxLength: 3, minLength: 1 });
      case 'integer':
      case 'number':
        return fc.integer({ min: 0, max: 300 });
      case 'boolean':
        return fc.boolean();
      case 'string':
        if (schema['format'] === 'uuid')
          return fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 6 }, { arbitrary: fc.uuid(), weight: 1 });
        if (schema['format'] === 'date-time')
          return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((at) => at.toISOString());
        return fc.oneof(
          { arbitrary: fc.constant(typical[name] ?? 'text'), weight: 4 },
          { arbitrary: fc.string({ maxLength: 12 }), weight: 1 },
        );
      default:
        return nasty;
    }
  };
  const value = (schema: unknown, depth: number, name = ''): fc.Arbitrary<unknown> =>
    fc.oneof({ arbitrary: fitting(schema, depth, name), weight: 29 }, { arbitrary: nasty, weight: 1 });

  const inUrl = (part: unknown): string => encodeURIComponent((typeof part === 'string' ? part : JSON.stringify(part)).toWellFormed());

  const requestOf = (path: string, method: string, operation: OperationObject): fc.Arbitrary<MadeRequest> => {
    const of = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
    /** A few of the optional ones at a time: each is one more chance to be refused. */
    const record = (place: string): fc.Arbitrary<Readonly<Record<string, unknown>>> => {
      const optional = of(place).filter(({ required }) => !required);
      return fc.subarray(optional, { maxLength: Math.min(2, optional.length) }).chain((some) => {
        const chosen = [...of(place).filter(({ required }) => required), ...some];
        return fc.record(Object.fromEntries(chosen.map(({ name, schema }) => [name, value(schema, 0, name)])));
      });
    };
    const schema = operation.requestBody?.content['application/json']?.schema;
    const json = schema === undefined ? fc.constant(undefined) : value(schema, 0).map((body) => JSON.stringify(body));
    return fc.tuple(record('path'), record('query'), record('header'), json).map(([params, query, headers, body]) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => inUrl(params[name] ?? 'x') || 'x');
      const pairs = Object.entries(query).map(([name, part]) => `${name}=${Array.isArray(part) ? part.map(inUrl).join(',') : inUrl(part)}`);
      const sent = Object.entries(headers).map(([name, part]) => [name, String(part).replaceAll(/[^\x20-\x7e]/g, '?')] as const);
      return {
        operationId: operation.operationId,
        method: method.toUpperCase(),
        url: pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`,
        headers: { ...Object.fromEntries(sent), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body,
      };
    });
  };

  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  // Streams of events do not end, and the readiness of the test server is 503 on purpose.
  const asked = all.filter(({ operation }) => !['followEvents', 'followScan', 'ready'].includes(operation.operationId));
  return fc.oneof(...asked.map(({ path, method, operation }) => requestOf(path, method, operation)));
};
