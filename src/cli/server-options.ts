import type { Command } from 'commander';
import { resolvePart } from '../config/resolve-settings.ts';
import { type SettingName, scanSettings, serverSettings } from '../config/schema.ts';
import type { CliContext } from './context.ts';
import { writeOut } from './output.ts';
import { warningText } from './print-error.ts';
import type { ServerValues } from './server-control.ts';
import { addSettingOptions, settingFlags } from './setting-options.ts';
import { paintFor, useColour } from './terminal.ts';

/** Which database a command works on. */
export const storageSettings: readonly SettingName[] = ['dataDir', 'databaseUrl'];

export const addStorageOptions = (command: Command): void => addSettingOptions(command, 'Database:', storageSettings);

/** The settings of a server process, from options and environment; says which variables mean nothing. */
export const serverValues = async (context: CliContext, options: Readonly<Record<string, unknown>>): Promise<ServerValues> => {
  const { values, warnings } = resolvePart({ ...scanSettings, ...serverSettings }, context.environment, settingFlags(options));
  const paint = paintFor(useColour(context.stderr, context.environment, {}));
  await writeOut(
    context.stderr,
    warnings.map((warning) => warningText(warning, paint)),
    context,
  );
  return values;
};
