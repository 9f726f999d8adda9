import { byteForm, durationForm, formatBytes, formatDuration, parseBytes, parseDuration } from './units.ts';

/**
 * A row of the table of settings: it gives a setting its key, its environment variable, its flag, its form and its default. Reading,
 * `config print`, the help text and `docs/reference/config.md` come from it. Precedence: flag, environment, project file, default.
 */
export interface Setting<Value = unknown> {
  /** `section.name`; the environment variable is made from it. */
  readonly key: string;
  readonly env: string;
  /** Shorter or older names of the variable, in order; the proper name wins. */
  readonly aliases: readonly string[];
  /** Long option of the commands it matters to, where there is one. */
  readonly flag?: string;
  /** Key in `sightline.yaml`, where a project may set it. */
  readonly projectKey?: string;
  /** What a value looks like, to end the sentence "expected ...". */
  readonly form: string;
  /** The value, or undefined when the text has not that form. */
  readonly parse: (text: string) => Value | undefined;
  readonly format: (value: Value) => string;
  readonly default: Value | undefined;
  /** What happens without a value, where there is no default. */
  readonly defaultText?: string;
  /** Never printed. */
  readonly secret: boolean;
  readonly description: string;
}

/** How values of a setting are written. */
export type Kind<Value> = Pick<Setting<Value>, 'form' | 'parse' | 'format'>;

const booleans: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  on: true,
  '0': false,
  false: false,
  no: false,
  off: false,
};

const asText = (value: unknown): string => String(value);
export const matching = (pattern: RegExp, form: string): Kind<string> => ({
  form,
  parse: (text) => (pattern.test(text) ? text : undefined),
  format: asText,
});
const within = (value: number | undefined, min: number, max: number): number | undefined =>
  value !== undefined && value >= min && value <= max ? value : undefined;
export const integer = (min: number, max: number): Kind<number> => ({
  form: `a whole number from ${min} to ${max}`,
  parse: (text) => (/^\d{1,12}$/.test(text) ? within(Number(text), min, max) : undefined),
  format: asText,
});
export const bytes = (min: number, max: number): Kind<number> => ({
  form: `${byteForm}, from ${formatBytes(min)} to ${formatBytes(max)}`,
  parse: (text) => within(parseBytes(text), min, max),
  format: formatBytes,
});
export const duration = (min: number, max: number): Kind<number> => ({
  form: `${durationForm}, from ${formatDuration(min)} to ${formatDuration(max)}`,
  parse: (text) => within(parseDuration(text), min, max),
  format: formatDuration,
});
export const flag: Kind<boolean> = {
  form: 'one of 1, true, yes, on, 0, false, no, off',
  parse: (text) => (Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined),
  format: asText,
};
export const hosts: Kind<readonly string[]> = {
  form: 'HOST or HOST:PORT, several separated by commas',
  parse: (text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    return entries.every((entry) => /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.test(entry)) ? entries : undefined;
  },
  format: (entries) => entries.join(','),
};
export const paths: Kind<readonly string[]> = {
  form: 'paths, several separated by commas',
  parse: (text) => {
    const entries = text.split(',').filter((entry) => entry !== '');
    return entries.length > 0 && entries.length <= 1000 && entries.every((entry) => path.parse(entry) !== undefined) ? entries : undefined;
  },
  format: (entries) => entries.join(','),
};
export const path = matching(/^[^\0]{1,4096}$/, 'a path');

/** One of a few words; letter case does not matter. */
export const oneOf = <Word extends string>(words: readonly Word[]): Kind<Word> => ({
  form: `one of ${words.join(', ')}`,
  parse: (text) => words.find((word) => word === text.toLowerCase()),
  format: asText,
});

type Row<Value> = Kind<Value> & Pick<Setting<Value>, 'key' | 'description' | 'default'> & Partial<Setting<Value>>;

/** A setting that always has a value. */
export type DefaultedSetting<Value> = Setting<Value> & { readonly default: Value };

interface MakeSetting {
  <Value>(row: Row<Value> & { readonly default: Value }): DefaultedSetting<Value>;
  <Value>(row: Row<Value>): Setting<Value>;
}

export const setting: MakeSetting = <Value>(row: Row<Value>): DefaultedSetting<Value> => ({
  env: `SIGHTLINE_${row.key.toUpperCase().replaceAll('.', '_')}`,
  aliases: [],
  secret: false,
  ...row,
  // Where there is none the type of the row says so already.
  default: row.default as Value,
});
