import { AppError } from '../../lib/errors.ts';

/** A rule file being read: where it came from, its text (to find lines), and what was odd but harmless. */
export interface ConfigSource {
  readonly file: string;
  readonly text: string;
  readonly warnings: string[];
}

/** Keys of a table as gitleaks reads them: in any case. */
export type Fields = ReadonlyMap<string, unknown>;

/** Where in the file something stands, for messages. */
export interface Place {
  readonly source: ConfigSource;
  /** `rule "x"`, `[[allowlists]]`, ... */
  readonly label: string;
  /** The rule it is about: keys are looked for behind its id. */
  readonly ruleId?: string;
}

const lineOfRule = (lines: readonly string[], id: string): number =>
  Math.max(
    0,
    lines.findIndex((line) => /^\s*id\s*=/i.test(line) && line.includes(id)),
  );

const lineOfKey = (place: Place, key: string): number | undefined => {
  const lines = place.source.text.split('\n');
  const pattern = new RegExp(
    `^\\s*(?:["']?${key.replace(/[^\w-]/g, '.')}["']?\\s*=|\\[+[\\w.-]*\\.?${key.replace(/[^\w-]/g, '.')}\\]+)`,
    'i',
  );
  for (let index = place.ruleId === undefined ? 0 : lineOfRule(lines, place.ruleId); index < lines.length; index += 1)
    if (pattern.test(lines[index] ?? '')) return index + 1;
  return undefined;
};

const positionOf = (place: Place, key: string): string => {
  const line = lineOfKey(place, key);
  return line === undefined ? place.source.file : `${place.source.file}:${line}`;
};

export const invalid = (place: Place, key: string, problem: string): AppError =>
  new AppError('rule_invalid', `${positionOf(place, key)}: ${place.label}: ${problem}`, {
    hint: 'Correct the rule file; `sightline rules validate` checks one without scanning.',
    details: { file: place.source.file },
  });

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

export const fieldsOf = (place: Place, key: string, value: unknown): Fields => {
  if (!isTable(value)) throw invalid(place, key, `"${key}" must be a table`);
  return new Map(Object.entries(value).map(([name, entry]) => [name.toLowerCase(), entry]));
};

export const tablesIn = (place: Place, key: string, value: unknown): readonly Fields[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(place, key, `"${key}" must be an array of tables, [[${key}]]`);
  return value.map((entry) => fieldsOf(place, key, entry));
};

/** Names every key that nothing reads. */
export const warnUnknown = (place: Place, fields: Fields, known: readonly string[]): void => {
  for (const key of fields.keys()) {
    if (!known.includes(key)) place.source.warnings.push(`${positionOf(place, key)}: ${place.label}: unknown key "${key}" is ignored`);
  }
};

export const textField = (place: Place, fields: Fields, key: string): string | undefined => {
  const value = fields.get(key.toLowerCase());
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(place, key, `"${key}" must be text`);
};

export const textsField = (place: Place, fields: Fields, key: string): readonly string[] => {
  const value = fields.get(key.toLowerCase());
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw invalid(place, key, `"${key}" must be a list of texts`);
};

export const numberField = (place: Place, fields: Fields, key: string): number | undefined => {
  const value = fields.get(key.toLowerCase());
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw invalid(place, key, `"${key}" must be a number, 0 or more`);
};

export const countField = (place: Place, fields: Fields, key: string): number | undefined => {
  const value = numberField(place, fields, key);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw invalid(place, key, `"${key}" must be a whole number`);
};

export const flagField = (place: Place, fields: Fields, key: string): boolean => {
  const value = fields.get(key.toLowerCase());
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw invalid(place, key, `"${key}" must be true or false`);
};

export const choiceField = <Choice extends string>(
  place: Place,
  fields: Fields,
  key: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const value = textField(place, fields, key);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(place, key, `"${key}" must be one of ${choices.join(', ')}`);
  return found;
};
