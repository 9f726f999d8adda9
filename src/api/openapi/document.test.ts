import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { allOperations } from '../../roles/api.ts';
import { permissions } from '../permissions.ts';
import { describeApi, type OperationObject } from './document.ts';
import { renderPage } from './page.ts';

const operations = allOperations({
  toolVersion: '1.2.3',
  checkReadiness: async () => ({ isReady: true, checks: [] }),
  renderMetrics: async () => '',
});
const document = describeApi(operations, '1.2.3');
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** The parts of the OpenAPI 3.1 meta-schema that this document uses. */
const content = {
  type: 'object',
  additionalProperties: { type: 'object', properties: { schema: { type: 'object' } }, additionalProperties: false },
};
const metaSchema = {
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'] },
    servers: { type: 'array', items: { type: 'object', required: ['url'] } },
    tags: { type: 'array', items: { type: 'object', required: ['name'] } },
    security: { type: 'array', items: { type: 'object', additionalProperties: { type: 'array' } } },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'post', 'put', 'patch', 'delete'] },
        additionalProperties: {
          type: 'object',
          required: ['operationId', 'tags', 'summary', 'responses', 'x-permission'],
          properties: {
            operationId: { type: 'string', pattern: '^[a-z][A-Za-z]+$' },
            tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
            summary: { type: 'string', minLength: 3 },
            description: { type: 'string' },
            'x-permission': { enum: ['public', 'signed', ...permissions] },
            security: { type: 'array', maxItems: 0 },
            parameters: {
              type: 'array',
              items: {
                type: 'object',
                required: ['name', 'in', 'required', 'schema'],
                properties: {
                  name: { type: 'string' },
                  in: { enum: ['path', 'query', 'header'] },
                  required: { type: 'boolean' },
                  description: { type: 'string' },
                  schema: { type: 'object', minProperties: 1 },
                  style: { const: 'form' },
                  explode: { type: 'boolean' },
                },
                additionalProperties: false,
              },
            },
            requestBody: {
              type: 'object',
              required: ['content'],
              properties: { required: { type: 'boolean' }, content },
              additionalProperties: false,
            },
            responses: {
              type: 'object',
              propertyNames: { pattern: '^[1-5]\\d\\d$' },
              minProperties: 1,
              additionalProperties: {
                type: 'object',
                required: ['description'],
                properties: { description: { type: 'string', minLength: 3 }, content },
                additionalProperties: false,
              },
            },
          },
          additionalProperties: false,
        },
      },
    },
    components: {
      type: 'object',
      required: ['schemas', 'securitySchemes'],
      properties: {
        schemas: { type: 'object', propertyNames: { pattern: '^[A-Z][A-Za-z]+$' } },
        securitySchemes: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const ajv = (): Ajv2020 => {
  const made = new Ajv2020({ strict: false, allErrors: true });
  formats.default(made);
  return made;
};

/** Every place that names a component. */
const references = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : references(inner)));
};

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1', () => {
    const validate = ajv().compile(metaSchema);
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors).toBeNull();
  });

  it('has every operation once, with the permission it is checked for', () => {
    expect(described.map(({ operation }) => operation.operationId).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    for (const { method, path, operation } of described) {
      const source = operations.find(({ id }) => id === operation.operationId);
      expect([method, path, operation['x-permission']]).toEqual([source?.method.toLowerCase(), source?.path, source?.access]);
    }
    const open = operations.filter(({ access }) => access === 'public' || access === 'signed').map(({ id }) => id);
    expect(open.toSorted()).toEqual(['downloadArtifactContent', 'health', 'ready', 'uploadArtifactContent']);
  });

  it('declares exactly the parameters of each path', () => {
    for (const { path, operation } of described) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect([path, declared]).toEqual([path, inPath]);
    }
  });

  it('explains every refusal, and 401 wherever a token is asked for', () => {
    const withToken = ({ security }: OperationObject) => security === undefined;
    for (const { operation } of described) expect('401' in operation.responses).toBe(withToken(operation));
  });

  it('refers to shapes that are there, each a JSON Schema', () => {
    const names = Object.keys(document.components.schemas);
    const used = new Set(references(document));
    for (const reference of used) expect(names).toContain(reference.replace('#/components/schemas/', ''));
    for (const name of names) expect(used).toContain(`#/components/schemas/${name}`);
    const checker = ajv();
    checker.addSchema({ $id: 'https://example.com/api', components: document.components });
    for (const name of names) {
      expect(() => checker.compile({ $ref: `https://example.com/api#/components/schemas/${name}` })).not.toThrow();
    }
  });

  it('refuses unknown fields in everything that is sent', () => {
    const sent = [
      'ProjectInput',
      'ProjectChange',
      'CredentialsInput',
      'ScanInput',
      'CancelInput',
      'TriageInput',
      'BulkTriageInput',
      'ArtifactInput',
      'ImportInput',
      'JobInput',
    ];
    for (const name of sent) expect(document.components.schemas[name]).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('takes lists in the query as the server reads them', () => {
    const states = document.paths['/api/v1/scans']?.['get']?.parameters.find(({ name }) => name === 'state');
    expect(states).toMatchObject({ required: false, style: 'form', explode: false, schema: { type: 'array' } });
  });

  it('becomes a page without scripts in which every link leads somewhere', () => {
    const page = [...renderPage(document)].join('');
    expect(page).not.toMatch(/<script|javascript:|\son\w+=|https?:\/\//i);
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
    for (const { operation } of described) expect(page).toContain(operation.summary.replaceAll('`', '').slice(0, 20));
  });
});
