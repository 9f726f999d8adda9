import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { type ConfiguredSuppression, emptyProjectConfig, type ProjectConfig } from '../domain/project-config.ts';
import { severities } from '../domain/severity.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { closest } from './closest.ts';

/** The file comes from a scanned tree: larger ones are refused before they are parsed. */
export const maxProjectConfigBytes = 256 * 1024;
const maxAliases = 100;

const text = z.string().min(1).max(1024);
const engineName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'expected the name of an engine, such as secrets');
const isCalendarDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};
const calendarDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2027-01-31')
  .refine(isCalendarDay, 'expected a day that exists');

const suppressionSchema = z
  .strictObject({
    rule: text.optional(),
    path: text.optional(),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{12,128}$/, 'expected at least 12 hexadecimal digits, as reports show them')
      .optional(),
    reason: text,
    expires: calendarDay.optional(),
  })
  .refine(
    (entry) => entry.rule !== undefined || entry.path !== undefined || entry.fingerprint !== undefined,
    'expected at least one of rule, path, fingerprint',
  );

/** The keys of `sightline.yaml`; the reference page is generated from {@link projectKeys}. */
const projectSchema = z.strictObject({
  version: z.literal(1).optional(),
  engines: z.array(engineName).min(1).max(64).optional(),
  exclude: z.array(text).max(2000).optional(),
  fail_on: z.enum([...severities, 'none']).optional(),
  severities: z.record(text, z.enum([...severities, 'off'])).optional(),
  suppressions: z.array(suppressionSchema).max(10_000).optional(),
});

/** What each key of `sightline.yaml` means, for documentation. */
export const projectKeys: readonly { readonly key: string; readonly form: string; readonly description: string }[] = [
  { key: 'version', form: '1', description: 'Version of this file format. Optional.' },
  { key: 'engines', form: 'list of engine names', description: 'Engines to run instead of the default ones.' },
  {
    key: 'exclude',
    form: 'list of patterns, gitignore syntax',
    description: 'Paths to leave out; they are listed in the report as excluded.',
  },
  { key: 'fail_on', form: [...severities, 'none'].join(', '), description: 'Findings of this severity or worse fail the gate.' },
  {
    key: 'severities',
    form: `rule id: ${severities.join(', ')} or off`,
    description: 'Other severities for single rules; "off" turns a rule off.',
  },
  {
    key: 'suppressions',
    form: 'list',
    description: 'Findings somebody decided to live with. Each entry names at least one of rule, path, fingerprint.',
  },
  { key: 'suppressions[].rule', form: 'rule id', description: 'The rule it holds for.' },
  { key: 'suppressions[].path', form: 'glob', description: 'The files it holds for, such as test/**.' },
  { key: 'suppressions[].fingerprint', form: 'at least 12 hexadecimal digits', description: 'The one finding it holds for.' },
  { key: 'suppressions[].reason', form: 'text', description: 'Why. Required, and shown in every report.' },
  {
    key: 'suppressions[].expires',
    form: 'date, 2027-01-31',
    description: 'Last day it holds; afterwards the finding counts again and the report says so.',
  },
];

const keysAt = (path: readonly PropertyKey[]): readonly string[] =>
  path[0] === 'suppressions' ? Object.keys(suppressionSchema.shape) : Object.keys(projectSchema.shape);

/** Line of the value at `path`, or of its key `name`; the nearest parent that has one. */
const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[], name?: string): number => {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (length === path.length && name !== undefined && isMap(node)) {
      const key = node.items.map((item) => item.key).find((candidate) => isScalar(candidate) && String(candidate.value) === name);
      if (isScalar(key) && key.range) return lines.linePos(key.range[0]).line;
    }
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return lines.linePos(Number(node.range[0])).line;
  }
  return 1;
};

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const refuse = (place: string, problem: string, hint: string, cause?: unknown): AppError =>
  new AppError('config_invalid', `${place}: ${problem}`, { hint, ...(cause === undefined ? {} : { cause }) });

const readHint = 'The keys and their forms are listed in docs/reference/config.md.';

/** The first thing that is wrong, as a person would say it. */
const explain = (issue: z.core.$ZodIssue, document: Document, lines: LineCounter, fileName: string): AppError => {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = keysAt(issue.path);
    const near = closest(key, known);
    const place = `${fileName}:${lineOf(document, lines, issue.path, key)}`;
    return refuse(place, `unknown key "${key}"`, near === undefined ? `Known keys here: ${known.join(', ')}.` : `Did you mean "${near}"?`);
  }
  const place = `${fileName}:${lineOf(document, lines, issue.path)}`;
  const where = pathText(issue.path);
  if (issue.code === 'invalid_type' && issue.input === undefined && !issue.message.includes('NaN') && where.endsWith('.reason')) {
    return refuse(place, `${where.replace(/\.reason$/, '')} has no reason`, 'Every suppression says why: add "reason: ...".');
  }
  return refuse(place, `${where === '' ? 'the file' : where}: ${issue.message}`, readHint);
};

const toSuppression = (entry: z.infer<typeof suppressionSchema>): ConfiguredSuppression => ({
  ...(entry.rule === undefined ? {} : { ruleId: entry.rule }),
  ...(entry.path === undefined ? {} : { path: entry.path }),
  ...(entry.fingerprint === undefined ? {} : { fingerprint: entry.fingerprint }),
  reason: entry.reason,
  ...(entry.expires === undefined ? {} : { expiresAt: entry.expires }),
});

const readYaml = (
  source: string,
  fileName: string,
): { readonly document: Document; readonly lines: LineCounter; readonly value: unknown } => {
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: false, uniqueKeys: true, schema: 'core' });
    const [problem] = document.errors;
    if (problem !== undefined) {
      throw refuse(
        `${fileName}:${lines.linePos(problem.pos[0]).line}`,
        `not valid YAML: ${problem.message}`,
        'Check indentation, quotes and doubled keys on that line.',
      );
    }
    return { document, lines, value: document.toJS({ maxAliasCount: maxAliases }) as unknown };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuse(
      fileName,
      `cannot be read as YAML: ${messageOf(error).slice(0, 200)}`,
      'Write it without deep nesting and with few anchors.',
      error,
    );
  }
};

/**
 * Reads a project's `sightline.yaml`. The text is a stranger's: size, nesting and aliases are bounded, unknown keys are refused.
 * @throws AppError `config_invalid` naming file and line.
 */
export const parseProjectConfig = (source: string, fileName: string): ProjectConfig => {
  if (Buffer.byteLength(source) > maxProjectConfigBytes) {
    throw refuse(
      fileName,
      `larger than ${maxProjectConfigBytes / 1024} KiB`,
      'Move long lists of suppressions to .gitleaksignore, or exclude whole paths.',
    );
  }
  const { document, lines, value } = readYaml(source, fileName);
  if (value === null || value === undefined) return emptyProjectConfig;
  const parsed = projectSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue === undefined) throw refuse(fileName, 'not a project file', readHint);
    throw explain(issue, document, lines, fileName);
  }
  const { engines, exclude, fail_on: failOn, severities: levels, suppressions } = parsed.data;
  return {
    ...(engines === undefined ? {} : { engines }),
    exclude: exclude ?? [],
    ...(failOn === undefined ? {} : { failOn }),
    severities: levels ?? {},
    suppressions: (suppressions ?? []).map(toSuppression),
  };
};
