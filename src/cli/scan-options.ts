import { type Command, Option } from 'commander';
import type { FlagTexts } from '../config/resolve-settings.ts';
import { type Setting, type SettingName, settingNames, settingsTable } from '../config/schema.ts';

/** Options of `scan` as commander leaves them; those of the settings table are read by {@link settingFlags}. */
export interface ScanOptions {
  readonly ref?: string;
  readonly since?: string;
  readonly history?: true;
  readonly format?: readonly string[];
  readonly output?: string;
  readonly baseline?: string;
  readonly engine?: readonly string[];
  readonly skipEngine?: readonly string[];
  readonly exclude?: readonly string[];
  readonly gitignore: boolean;
  readonly config?: string;
  readonly projectConfig: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color?: boolean;
  readonly progress: boolean;
}

const each = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
/** Several by repeating the option or by commas. */
export const eachName = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  ...value.split(',').map((name) => name.trim()),
];

/** How the value of a setting is called in the help. */
const placeholders: Partial<Readonly<Record<SettingName, string>>> = {
  failOn: '<severity>',
  threads: '<n>',
  fileTimeoutMs: '<duration>',
  allowHosts: '<host[:port]>',
  secretsConfig: '<file>',
  maxFiles: '<n>',
  maxFileBytes: '<size>',
  maxCheckoutBytes: '<size>',
  maxTransferBytes: '<size>',
  checkoutTimeoutMs: '<duration>',
};

const describe = (setting: Setting): string => {
  const text = setting.description.replace(/\.$/, '');
  const standard =
    setting.default === undefined || setting.default === false || setting.defaultText !== undefined
      ? setting.defaultText
      : setting.format(setting.default);
  const lower = `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return standard === undefined ? lower : `${lower} (default: ${standard})`;
};

const settingOption = (name: SettingName): Option => {
  const setting = settingsTable[name] as Setting;
  const placeholder = placeholders[name];
  const option = new Option(placeholder === undefined ? `${setting.flag}` : `${setting.flag} ${placeholder}`, describe(setting));
  if (name === 'allowHosts') option.argParser(eachName);
  return option;
};

/** The options of `scan` that are settings, for a command that shows settings. */
export const addSettingOptions = (command: Command, heading: string): void => {
  for (const name of settingNames) {
    if ((settingsTable[name] as Setting).flag !== undefined) command.addOption(settingOption(name).helpGroup(heading));
  }
};

/** Adds every option of `scan`, in groups. */
export const addScanOptions = (command: Command): void => {
  const group = (heading: string, options: readonly Option[]): void => {
    for (const option of options) command.addOption(option.helpGroup(heading));
  };
  group('What to scan:', [
    new Option('--ref <branch|tag|commit>', 'revision of a git URL (default: its default branch)'),
    new Option('--since <revision>', 'only what the change since that revision introduced'),
    new Option('--history', "every commit's added lines instead of the files"),
    new Option('--exclude <pattern>', 'leave paths out, gitignore syntax; repeatable').argParser(each),
    new Option('--no-gitignore', 'also files that .gitignore leaves out'),
    settingOption('allowHosts'),
    settingOption('offline'),
  ]);
  group('How:', [
    new Option('--engine <name>', 'run these engines instead of the default ones; repeatable or with commas').argParser(eachName),
    new Option('--skip-engine <name>', 'leave an engine out; repeatable or with commas').argParser(eachName),
    settingOption('secretsConfig'),
    new Option('--config <file>', "a sightline.yaml that replaces the project's own"),
    new Option('--no-project-config', "do not read the project's sightline.yaml and suppressions"),
    settingOption('threads'),
    settingOption('fileTimeoutMs'),
  ]);
  group('Gate:', [
    settingOption('failOn'),
    new Option('--baseline <report>', 'an earlier JSON or SARIF report: list and fail only on what is new'),
    settingOption('allowPartial'),
  ]);
  group('Output:', [
    new Option('-f, --format <name[=file]>', 'table (default), json, sarif, html, junit, gitlab, markdown or csv; repeatable').argParser(
      each,
    ),
    new Option('-o, --output <file>', 'write the one format there instead of standard output'),
    new Option('-q, --quiet', 'no progress, no warnings').conflicts('verbose'),
    new Option('-v, --verbose', 'also what was left out, and why things went wrong'),
    new Option('--no-progress', 'no progress'),
    new Option('--color', 'colours even where the output is no terminal'),
    new Option('--no-color', 'no colours'),
  ]);
  group('Limits:', [
    settingOption('maxFiles'),
    settingOption('maxFileBytes'),
    settingOption('maxCheckoutBytes'),
    settingOption('maxTransferBytes'),
    settingOption('checkoutTimeoutMs'),
  ]);
};

const attributeOf = (flag: string): string => flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The options that are settings, as texts for `resolveSettings`. */
export const settingFlags = (options: Readonly<Record<string, unknown>>): FlagTexts => {
  const texts: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const { flag } = settingsTable[name] as Setting;
    const value = flag === undefined ? undefined : options[attributeOf(flag)];
    if (Array.isArray(value)) texts[name] = value.join(',');
    else if (typeof value === 'string' || value === true) texts[name] = String(value);
  }
  return texts;
};
