import { type Command, InvalidArgumentError, Option } from 'commander';
import { resolveConnection } from './client/connection.ts';
import { createHttpClient, type HttpClient } from './client/http-client.ts';
import type { CliContext } from './context.ts';
import { addListOptions, type ListOptions } from './list-options.ts';
import { writeOut } from './output.ts';
import { warningText } from './print-error.ts';
import { addSettingOptions, settingFlags } from './setting-options.ts';
import { paintFor, useColour } from './terminal.ts';

export interface ClientOptions extends ListOptions, Readonly<Record<string, unknown>> {}

/** Options of every command that talks to a server. */
export const addClientOptions = (command: Command): Command => {
  addListOptions(command);
  addSettingOptions(command, 'Server:', ['serverUrl', 'dataDir']);
  return command;
};

const most = 10_000;
const parseLimit = (text: string): number => {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
  return count;
};

/** `--limit` of commands that print a list of the server. */
export const limitOption = (standard = 50): Option =>
  new Option('-n, --limit <n>', 'print at most so many').argParser(parseLimit).default(standard);

/** The client of the server the options name. */
export const connect = async (context: CliContext, options: ClientOptions): Promise<HttpClient> => {
  const connection = await resolveConnection(context, settingFlags(options));
  const paint = paintFor(useColour(context.stderr, context.environment, options));
  await writeOut(
    context.stderr,
    connection.warnings.map((warning) => warningText(warning, paint)),
    context,
  );
  return createHttpClient(connection, context);
};
