import { AppError } from '../lib/errors.ts';
import { closest } from './closest.ts';
import type { Environment } from './load.ts';
import { type Setting, type SettingName, type SettingsOf, type SettingsPart, scanSettings, settingNames, settingsTable } from './schema.ts';

export interface Origin {
  readonly from: 'flag' | 'env' | 'file' | 'default';
  /** The option, variable or file that set it. */
  readonly name?: string;
}

export interface Resolved<Part extends SettingsPart> {
  readonly values: SettingsOf<Part>;
  readonly origins: Readonly<Record<keyof Part, Origin>>;
  readonly warnings: readonly string[];
}

export type ResolvedSettings = Resolved<typeof scanSettings>;

/** What the person typed for settings that have an option; texts as typed. */
export type FlagTexts = Partial<Readonly<Record<SettingName, string>>>;

const invalid = (setting: Setting, source: Origin, text: string): AppError => {
  const shown = setting.secret ? '' : ` "${text.slice(0, 100)}"`;
  return source.from === 'flag'
    ? new AppError('usage_invalid', `${source.name} does not take${shown === '' ? ' that value' : shown}`, {
        hint: `Expected ${setting.form}.`,
      })
    : new AppError(
        'config_invalid',
        `environment variable ${source.name} has a value that is not allowed${shown === '' ? '' : `:${shown}`}`,
        {
          hint: `Expected ${setting.form}.`,
        },
      );
};

/** The variable that is set, the proper name before its aliases; an empty one counts as not set. */
const variableOf = (setting: Setting, environment: Environment): string | undefined =>
  [setting.env, ...setting.aliases].find((name) => (environment[name] ?? '') !== '');

const unknownVariables = (environment: Environment): string[] => {
  const known = settingNames.flatMap((name) => [settingsTable[name].env, ...settingsTable[name].aliases]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('SIGHTLINE_') && !known.includes(name))
    .sort()
    .map((name) => {
      const near = closest(name, known);
      return `environment variable ${name} is not known and has no effect${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
};

/**
 * Every setting of a part of the table with the place its value comes from: flag before environment before default. Other parts are not
 * looked at: a `PORT` that is meant for something else does not stop a scan.
 * @throws AppError `usage_invalid` for a flag, `config_invalid` for a variable; neither shows a secret.
 */
export const resolvePart = <Part extends SettingsPart>(part: Part, environment: Environment, flags: FlagTexts = {}): Resolved<Part> => {
  const values: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  for (const name of Object.keys(part) as SettingName[]) {
    const setting = settingsTable[name] as Setting;
    const variable = variableOf(setting, environment);
    const flagText = flags[name];
    const origin: Origin =
      flagText !== undefined
        ? { from: 'flag', name: setting.flag ?? setting.key }
        : variable !== undefined
          ? { from: 'env', name: variable }
          : { from: 'default' };
    const text = flagText ?? (variable === undefined ? undefined : environment[variable]);
    const value = text === undefined ? setting.default : setting.parse(text);
    if (text !== undefined && value === undefined) throw invalid(setting, origin, text);
    if (value !== undefined) values[name] = value;
    origins[name] = origin;
  }
  return {
    values: values as SettingsOf<Part>,
    origins: origins as Resolved<Part>['origins'],
    warnings: unknownVariables(environment),
  };
};

/** The settings of `scan`. */
export const resolveSettings = (environment: Environment, flags: FlagTexts = {}): ResolvedSettings =>
  resolvePart(scanSettings, environment, flags);
