import type { SettingName } from '../../config/schema.ts';
import { formatDuration } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { writeOut } from '../output.ts';
import type { Started, TokenState } from '../server-control.ts';
import { serverValues, storageSettings } from '../server-options.ts';
import { addSettingOptions } from '../setting-options.ts';
import { type Paint, paintFor, useColour } from '../terminal.ts';

const listenSettings: readonly SettingName[] = ['listen', 'probesListen', 'metricsListen', 'hostNames'];
const runSettings: readonly SettingName[] = ['roles', 'workerSlots', 'allowHosts', 'graceMs'];
const keepSettings: readonly SettingName[] = ['keepLatest'];
const logSettings: readonly SettingName[] = ['logLevel', 'logFormat'];

const help = `
Starts everything in one process, on an embedded database in ./sightline-data,
or on PostgreSQL 15 or newer:

  sightline serve
  sightline serve --database-url postgres://sightline@db.example/sightline
  sightline serve --roles api,scheduler --database-url ...
  sightline serve --roles worker --database-url ...

The first start makes an operator token, prints it and keeps it in
sightline-data/operator-token; commands run in the same folder find it there.
Then, in another terminal:

  sightline submit https://example.org/team/app --wait

SIGTERM and SIGINT drain: no new work is taken, running tasks have the grace
period to end, the others are handed back. A second signal ends it at once.

Exit codes: 0 stopped as asked, 4 wrong settings or an address in use,
2 something failed.
`;

/** After the grace period: handing back what did not end, and closing the database. */
const closingMs = 20_000;

const startedText = (started: Started, paint: Paint): string => {
  const facts: (readonly [string, string])[] = [
    ...Object.entries(started.urls),
    ['database', started.database],
    ['roles', started.roles.join(', ')],
    ['data', started.dataDir],
    ['token', started.tokenPath],
  ];
  const head = paint.bold(`Sightline is running (started in ${formatDuration(started.startedInMs)})`);
  return `${head}\n${facts.map(([name, value]) => `  ${name.padEnd(9)} ${value}`).join('\n')}\n`;
};

/** On standard error, so that it is in no log that is collected from standard output. */
const tokenText = ({ made, path, isKept }: TokenState, paint: Paint): string => {
  const heading = paint.bold('Operator token');
  if (made === undefined) return isKept ? '' : `${heading} is not in ${path}; if it is lost, "sightline db token" makes another\n`;
  return `${heading} (shown this once${isKept ? `, kept in ${path}` : ''}):\n  ${made}\n`;
};

const serve = async (context: CliContext, options: Readonly<Record<string, unknown>>): Promise<number> => {
  const values = await serverValues(context, options);
  const logFormat = values.logFormat ?? (context.stdout.isTTY === true ? 'text' : 'json');
  context.allowGrace(values.graceMs + closingMs);
  const control = await context.serverControl();
  const paint = paintFor(useColour(context.stderr, context.environment, {}));
  const say = (text: string): void => void writeOut(context.stderr, [text], context).catch(() => undefined);
  await control.serve(
    { ...values, logFormat },
    {
      signal: context.signal,
      onToken: (token) => say(tokenText(token, paint)),
      onStarted: (started) => {
        if (logFormat === 'text') say(startedText(started, paint));
      },
    },
  );
  return 0;
};

export const defineServe: DefineCommand = (command, { act }) => {
  command.description('Run a server: API, scheduler and worker, in one process or in several that share a database.');
  addSettingOptions(command, 'Where it keeps things:', storageSettings);
  addSettingOptions(command, 'Where it listens (HOST:PORT, a port, or off):', listenSettings);
  addSettingOptions(command, 'What it does:', runSettings);
  addSettingOptions(command, 'What it keeps:', keepSettings);
  addSettingOptions(command, 'Log:', logSettings);
  command.addHelpText('after', help).action((options: Readonly<Record<string, unknown>>) => act((context) => serve(context, options)));
};
