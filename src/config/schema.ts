import { clientSettings } from './client-settings.ts';
import { scanSettings } from './scan-settings.ts';
import { serverSettings } from './server-settings.ts';
import type { Setting } from './setting.ts';

export type { Setting } from './setting.ts';
export { clientSettings, scanSettings, serverSettings };

/** The one table of settings, by name. A command reads the part that concerns it. */
export const settingsTable = { ...scanSettings, ...serverSettings, ...clientSettings } as const;

export type SettingName = keyof typeof settingsTable;
export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** Some rows of the table. */
export type SettingsPart = Partial<typeof settingsTable>;

type ValueOf<Row> = Row extends Setting<infer Value> ? Value : never;
type NameWithDefault<Part> = {
  [Name in keyof Part]: Part[Name] extends { readonly default: infer Default } ? (undefined extends Default ? never : Name) : never;
}[keyof Part];

/** Values of a part of the table; those without a default may be absent. */
export type SettingsOf<Part> = { readonly [Name in keyof Part]?: ValueOf<Part[Name]> } & {
  readonly [Name in NameWithDefault<Part>]: ValueOf<Part[Name]>;
};

/** Values of the settings of `scan`. */
export type Settings = SettingsOf<typeof scanSettings>;
