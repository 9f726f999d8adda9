import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FlagTexts } from '../config/resolve-settings.ts';
import { type Setting, type SettingName, settingNames, settingsTable } from '../config/schema.ts';

/** Several by repeating the option. */
export const each = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
/** Several by repeating the option or by commas. */
export const eachName = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  ...value.split(',').map((name) => name.trim()),
];

/** The same, each of them one of a few. */
export const eachOf =
  (choices: readonly string[]) =>
  (value: string, previous?: readonly string[]): readonly string[] => {
    const names = eachName(value, previous);
    if (names.every((name) => choices.includes(name))) return names;
    throw new InvalidArgumentError(`Each is one of ${choices.join(', ')}.`);
  };

/** How the value of a setting is called in the help. */
const placeholders: Partial<Readonly<Record<SettingName, string>>> = {
  failOn: '<severity>',
  threads: '<n>',
  fileTimeoutMs: '<duration>',
  allowHosts: '<host[:port]>',
  codeRules: '<path>',
  secretsConfig: '<file>',
  maxFiles: '<n>',
  maxFileBytes: '<size>',
  maxCheckoutBytes: '<size>',
  maxTransferBytes: '<size>',
  checkoutTimeoutMs: '<duration>',
  listen: '<address>',
  probesListen: '<address>',
  metricsListen: '<address>',
  hostNames: '<name>',
  dataDir: '<folder>',
  keepLatest: '<yes|no>',
  roles: '<role>',
  graceMs: '<duration>',
  databaseUrl: '<url>',
  workerSlots: '<n>',
  logLevel: '<level>',
  logFormat: '<format>',
  serverUrl: '<url>',
};

/** Settings that are lists. */
const listSettings: readonly SettingName[] = ['allowHosts', 'codeRules', 'hostNames', 'roles'];

const describe = (setting: Setting): string => {
  const text = setting.description.replace(/\.$/, '');
  const standard =
    setting.default === undefined || setting.default === false || setting.defaultText !== undefined
      ? setting.defaultText
      : setting.format(setting.default);
  const lower = `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return standard === undefined ? lower : `${lower} (default: ${standard})`;
};

/** The option of a setting, with its default in the help. */
export const settingOption = (name: SettingName): Option => {
  const setting = settingsTable[name] as Setting;
  const placeholder = placeholders[name];
  const option = new Option(placeholder === undefined ? `${setting.flag}` : `${setting.flag} ${placeholder}`, describe(setting));
  if (listSettings.includes(name)) option.argParser(eachName);
  return option;
};

/** Adds the options of settings; those without one are passed over. */
export const addSettingOptions = (command: Command, heading: string, names: readonly SettingName[]): void => {
  for (const name of names) {
    if ((settingsTable[name] as Setting).flag !== undefined) command.addOption(settingOption(name).helpGroup(heading));
  }
};

/** `--no-x` is kept under `x`: false where it was given, true where it was not. */
const attributeOf = (flag: string): string =>
  flag.replace(/^--(?:no-)?/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The options that are settings, as texts for `resolveSettings`. */
export const settingFlags = (options: Readonly<Record<string, unknown>>): FlagTexts => {
  const texts: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const { flag } = settingsTable[name] as Setting;
    const value = flag === undefined ? undefined : options[attributeOf(flag)];
    if (Array.isArray(value)) texts[name] = value.join(',');
    else if (flag?.startsWith('--no-') === true) {
      if (value === false) texts[name] = 'false';
    } else if (typeof value === 'string' || value === true) texts[name] = String(value);
  }
  return texts;
};
