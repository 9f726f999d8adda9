import { errorTable } from '../../lib/errors.ts';
import { forHtml } from '../../lib/text-safety.ts';
import type { JsonSchema } from './components.ts';
import type { ContentObject, OpenApiDocument, OperationObject } from './document.ts';
import { pageStyle } from './page-style.ts';

const isRecord = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
const anchor = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Text with `code` in backticks. */
const prose = (text: string): string => forHtml(text).replaceAll(/&#96;(.+?)&#96;/g, '<code>$1</code>');

/** A schema in one line: a link to a shape, or what it takes. */
const typeText = (schema: unknown): string => {
  if (!isRecord(schema)) return 'anything';
  const { $ref: reference, type, anyOf, oneOf, enum: values, const: only, items } = schema;
  if (typeof reference === 'string') {
    const name = reference.replace(/^.*\//, '');
    return `<a href="#shape-${anchor(name)}">${forHtml(name)}</a>`;
  }
  if (Array.isArray(values)) return values.map((value) => `<code>${forHtml(String(value))}</code>`).join(' | ');
  if (only !== undefined) return `<code>${forHtml(JSON.stringify(only))}</code>`;
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return choices.map(typeText).join(' | ');
  if (type === 'array') return `list of ${typeText(items)}`;
  const format = typeof schema['format'] === 'string' ? ` (${schema['format']})` : '';
  return forHtml(`${typeof type === 'string' ? type : 'anything'}${format}`);
};

const table = (rows: readonly (readonly [name: string, type: string, text: string])[]): string =>
  rows.length === 0
    ? ''
    : `<table>${rows.map(([name, type, text]) => `<tr><td><code>${forHtml(name)}</code></td><td>${type}</td><td>${prose(text)}</td></tr>`).join('')}</table>`;

const fieldTable = (schema: JsonSchema): string => {
  const { properties, required, oneOf, anyOf, description } = schema;
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = isRecord(properties) ? Object.entries(properties) : [];
  const rows = fields.map(([name, field]) => {
    const text = isRecord(field) && typeof field['description'] === 'string' ? field['description'] : '';
    return [name, typeText(field), `${needed.has(name) ? '' : '(optional) '}${text}`] as const;
  });
  const choices = oneOf ?? anyOf;
  const either = Array.isArray(choices)
    ? choices.map((choice) => `<p class="soft">either</p>${isRecord(choice) ? fieldTable(choice) : ''}`).join('')
    : '';
  return `${typeof description === 'string' ? `<p>${prose(description)}</p>` : ''}${table(rows)}${either}`;
};

const contentText = (content: ContentObject): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `<code>${forHtml(type)}</code>${schema === undefined ? '' : `: ${typeText(schema)}`}`)
    .join('<br>');

const operationHtml = (method: string, path: string, operation: OperationObject): string => {
  const parameters = operation.parameters.map((parameter) => {
    const note = parameter.required ? '' : '(optional) ';
    return [
      `${parameter.in === 'path' ? '' : `${parameter.in}: `}${parameter.name}`,
      typeText(parameter.schema),
      `${note}${parameter.description ?? ''}`,
    ] as const;
  });
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [status, response.content === undefined ? '' : contentText(response.content), response.description] as const,
  );
  return [
    `<details id="${anchor(operation.operationId)}"><summary><b>${method.toUpperCase()}</b><code>${forHtml(path)}</code><span>${prose(operation.summary)}</span></summary><div>`,
    operation.description === undefined ? '' : `<p>${prose(operation.description)}</p>`,
    `<p class="soft">Permission: <code>${forHtml(operation['x-permission'])}</code></p>`,
    parameters.length === 0 ? '' : `<h3>Parameters</h3>${table(parameters)}`,
    operation.requestBody === undefined ? '' : `<h3>Body</h3><p>${contentText(operation.requestBody.content)}</p>`,
    `<h3>Answers</h3>${table(responses)}</div></details>`,
  ].join('');
};

/** A page to read, in pieces: no script, nothing from elsewhere, no text that is not neutralised. */
export function* renderPage(document: OpenApiDocument): Iterable<string> {
  const { info, tags, paths, components } = document;
  yield `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${forHtml(info.title)} API</title><style>${pageStyle}</style></head><body>`;
  yield `<h1>${forHtml(info.title)} API</h1><p class="soft">Version ${forHtml(info.version)}, <a href="openapi.json">OpenAPI 3.1</a></p><p>${prose(info.description)}</p><nav>`;
  for (const { name } of tags) yield `<a href="#tag-${anchor(name)}">${forHtml(name)}</a>`;
  yield '<a href="#shapes">Shapes</a><a href="#errors">Errors</a></nav>';
  for (const { name } of tags) {
    yield `<h2 id="tag-${anchor(name)}">${forHtml(name)}</h2>`;
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods))
        if (operation.tags.includes(name)) yield operationHtml(method, path, operation);
    }
  }
  yield '<h2 id="shapes">Shapes</h2>';
  for (const [name, schema] of Object.entries(components.schemas)) {
    yield `<details id="shape-${anchor(name)}"><summary><b>${forHtml(name)}</b></summary><div>${fieldTable(schema)}</div></details>`;
  }
  yield '<h2 id="errors">Errors</h2><table>';
  for (const [code, row] of Object.entries(errorTable)) {
    yield `<tr id="error-${code}"><td><code>${code}</code></td><td>${row.http}</td><td>${forHtml(row.summary)}${row.retryable ? ' May go well later.' : ''}</td></tr>`;
  }
  yield '</table></body></html>';
}
