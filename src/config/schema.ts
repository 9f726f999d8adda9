import { type GateThreshold, severities } from '../domain/severity.ts';
import { byteForm, durationForm, formatBytes, formatDuration, parseBytes, parseDuration } from './units.ts';

/**
 * The one table of settings. A row gives a setting its key, its environment variable, its flag, its form and its default; reading,
 * `config print`, the help text and `docs/reference/config.md` come from it. Precedence: flag, environment, project file, default.
 */
export interface Setting<Value = unknown> {
  /** `section.name`; the environment variable is made from it. */
  readonly key: string;
  readonly env: string;
  /** Shorter or older names of the variable, in order; the proper name wins. */
  readonly aliases: readonly string[];
  /** Long option of `scan`, where there is one. */
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
  /** Never printed, never taken from the command line. */
  readonly secret: boolean;
  readonly description: string;
}

type Kind<Value> = Pick<Setting<Value>, 'form' | 'parse' | 'format'>;

const gateThresholds: readonly GateThreshold[] = [...severities, 'none'];
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
const matching = (pattern: RegExp, form: string): Kind<string> => ({
  form,
  parse: (text) => (pattern.test(text) ? text : undefined),
  format: asText,
});
const within = (value: number | undefined, min: number, max: number): number | undefined =>
  value !== undefined && value >= min && value <= max ? value : undefined;
const integer = (min: number, max: number): Kind<number> => ({
  form: `a whole number from ${min} to ${max}`,
  parse: (text) => (/^\d{1,12}$/.test(text) ? within(Number(text), min, max) : undefined),
  format: asText,
});
const bytes = (min: number, max: number): Kind<number> => ({
  form: `${byteForm}, from ${formatBytes(min)} to ${formatBytes(max)}`,
  parse: (text) => within(parseBytes(text), min, max),
  format: formatBytes,
});
const duration = (min: number, max: number): Kind<number> => ({
  form: `${durationForm}, from ${formatDuration(min)} to ${formatDuration(max)}`,
  parse: (text) => within(parseDuration(text), min, max),
  format: formatDuration,
});
const flag: Kind<boolean> = {
  form: 'one of 1, true, yes, on, 0, false, no, off',
  parse: (text) => (Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined),
  format: asText,
};
const threshold: Kind<GateThreshold> = {
  form: `one of ${gateThresholds.join(', ')}`,
  parse: (text) => gateThresholds.find((name) => name === text.toLowerCase()),
  format: asText,
};
const hosts: Kind<readonly string[]> = {
  form: 'HOST or HOST:PORT, several separated by commas',
  parse: (text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    return entries.every((entry) => /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.test(entry)) ? entries : undefined;
  },
  format: (entries) => entries.join(','),
};
const path = matching(/^[^\0]{1,4096}$/, 'a path');

type Row<Value> = Kind<Value> & Pick<Setting<Value>, 'key' | 'description' | 'default'> & Partial<Setting<Value>>;
const setting = <Value>(row: Row<Value>): Setting<Value> => ({
  env: `SIGHTLINE_${row.key.toUpperCase().replaceAll('.', '_')}`,
  aliases: [],
  secret: false,
  ...row,
});

export const settingsTable = {
  gitToken: setting<string>({
    ...matching(/^[\x21-\x7e]{1,4096}$/, 'printable characters without spaces'),
    key: 'git.token',
    default: undefined,
    defaultText: 'only public repositories',
    secret: true,
    description: 'Token for private repositories. Sent only to the server the target names; has no flag, so that it is in no process list.',
  }),
  failOn: setting<GateThreshold>({
    ...threshold,
    key: 'scan.fail_on',
    aliases: ['SIGHTLINE_FAIL_ON'],
    flag: '--fail-on',
    projectKey: 'fail_on',
    default: 'high',
    description: 'Findings of this severity or worse fail the gate (exit code 1); "none" never does.',
  }),
  threads: setting<number>({
    ...integer(1, 256),
    key: 'scan.threads',
    aliases: ['SIGHTLINE_THREADS'],
    flag: '--threads',
    default: undefined,
    defaultText: 'one for each processor',
    description: 'Worker threads that analyse files.',
  }),
  fileTimeoutMs: setting<number>({
    ...duration(100, 3_600_000),
    key: 'scan.file_timeout',
    flag: '--file-timeout',
    default: 30_000,
    description: 'Longest time one engine may spend on one file; a file that takes longer is reported as failed.',
  }),
  allowPartial: setting<boolean>({
    ...flag,
    key: 'scan.allow_partial',
    flag: '--allow-partial',
    default: false,
    description: 'Let the gate alone decide the exit code, even where a file or an engine failed.',
  }),
  offline: setting<boolean>({
    ...flag,
    key: 'scan.offline',
    aliases: ['SIGHTLINE_OFFLINE'],
    flag: '--offline',
    default: false,
    description: 'Refuse everything that needs the network.',
  }),
  allowHosts: setting<readonly string[]>({
    ...hosts,
    key: 'git.allow_hosts',
    flag: '--allow-host',
    default: [],
    defaultText: 'none',
    description: 'Servers that may be reached on this machine (loopback) and without TLS.',
  }),
  secretsConfig: setting<string>({
    ...path,
    key: 'secrets.config',
    flag: '--secrets-config',
    default: undefined,
    defaultText: "Sightline's own rules",
    description: 'A gitleaks TOML file that replaces the rules of the secrets engine.',
  }),
  secretsHmacKey: setting<string>({
    ...matching(/^[^\0]{32,1024}$/s, 'at least 32 characters'),
    key: 'secrets.hmac_key',
    default: undefined,
    defaultText: 'no keyed fingerprints',
    secret: true,
    description: 'Key for the secret-hmac/v1 fingerprint, which recognises the same secret in other places without storing it.',
  }),
  secretsHmacKeyId: setting<string>({
    ...matching(/^[A-Za-z0-9._-]{1,32}$/, '1 to 32 letters, digits, dots, hyphens or underscores'),
    key: 'secrets.hmac_key_id',
    default: 'default',
    description: 'Name of that key, written beside each fingerprint made with it; change it with the key.',
  }),
  maxFiles: setting<number>({
    ...integer(1, 10_000_000),
    key: 'checkout.max_files',
    flag: '--max-files',
    default: 200_000,
    description: 'Most files a target may have.',
  }),
  maxFileBytes: setting<number>({
    ...bytes(1, 1024 ** 3),
    key: 'checkout.max_file_size',
    flag: '--max-file-size',
    default: 100_000_000,
    description: 'Larger files are left out and listed as excluded.',
  }),
  maxCheckoutBytes: setting<number>({
    ...bytes(1, 1024 ** 4),
    key: 'checkout.max_checkout_size',
    flag: '--max-checkout-size',
    default: 2 * 1024 ** 3,
    description: 'Most bytes a repository or archive may unpack to.',
  }),
  maxTransferBytes: setting<number>({
    ...bytes(1, 1024 ** 4),
    key: 'checkout.max_transfer_size',
    flag: '--max-transfer-size',
    default: 1024 ** 3,
    description: 'Most bytes received from a git server or read from an archive file.',
  }),
  checkoutTimeoutMs: setting<number>({
    ...duration(1000, 86_400_000),
    key: 'checkout.timeout',
    flag: '--checkout-timeout',
    default: 300_000,
    description: 'Longest time to fetch or unpack a target.',
  }),
  cacheDir: setting<string>({
    ...matching(/^\/[^\0]{0,4095}$/, 'an absolute path'),
    key: 'cache.dir',
    default: undefined,
    defaultText: '$XDG_CACHE_HOME/sightline or ~/.cache/sightline',
    description: 'Where compiled program code is kept to start faster. May be removed at any time.',
  }),
} as const;

export type SettingName = keyof typeof settingsTable;
type ValueOf<S> = S extends Setting<infer Value> ? Value : never;
/** Values of all settings; those without a default may be absent. */
export type Settings = { readonly [Name in SettingName]?: ValueOf<(typeof settingsTable)[Name]> };

export const settingNames = Object.keys(settingsTable) as readonly SettingName[];
