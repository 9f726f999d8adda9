import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OpenApiDocument } from '../openapi/document.ts';
import { renderPage } from '../openapi/page.ts';
import { pageStyle } from '../openapi/page-style.ts';
import { type Operation, operation } from '../operation.ts';

const tag = 'Documentation';

async function* pieces(parts: Iterable<string>): AsyncIterable<string> {
  yield [...parts].join('');
}

/** The document of the API and a page made of it. `describe` is asked once the list of operations is whole. */
export const createDocumentationOperations = (describe: () => OpenApiDocument): readonly Operation[] => [
  operation({
    id: 'openApi',
    method: 'GET',
    path: '/api/v1/openapi.json',
    tag,
    access: 'docs:read',
    summary: 'This API as an OpenAPI 3.1 document',
    responses: { 200: { description: 'The document.', schema: z.record(z.string(), z.unknown()) } },
    handler: async () => ({ status: 200, body: { ...describe() } }),
  }),
  operation({
    id: 'documentation',
    method: 'GET',
    path: '/api/v1/docs',
    tag,
    access: 'docs:read',
    summary: 'This API as a page to read',
    description: 'A browser asks for a password: give the token, with any user name.',
    responses: { 200: { description: 'HTML without scripts.', contentType: 'text/html; charset=utf-8' } },
    handler: async () => ({
      status: 200,
      stream: pieces(renderPage(describe())),
      headers: {
        'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      },
    }),
  }),
];
