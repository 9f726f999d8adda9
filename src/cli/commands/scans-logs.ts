import { setTimeout as sleep } from 'node:timers/promises';
import { type LogLineWire, logPage, scanShape } from '../../api/wire/scans.ts';
import { isTerminalScan } from '../../domain/scan-record.ts';
import { abortReason } from '../../lib/abort.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import type { HttpClient } from '../client/http-client.ts';
import { scanPath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { shortInstant } from '../instants.ts';
import { viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import type { Paint } from '../terminal.ts';

interface Options extends ClientOptions {
  readonly follow?: true;
}

const pageSize = 1000;
const lookEveryMs = 1000;

const levelText = (level: LogLineWire['level'], paint: Paint): string => {
  const word = level.padEnd(5);
  if (level === 'error') return paint.red(word);
  return level === 'warn' ? paint.yellow(word) : paint.dim(word);
};

const lineText = (line: LogLineWire, paint: Paint): string =>
  `${paint.dim(shortInstant(line.at))} ${levelText(line.level, paint)} ${line.task_id === null ? '' : `${line.task_id.slice(-8)} `}${forTerminal(line.message)}\n`;

/** Lines from `after` on, page by page; where the last one ended. */
const printFrom = async (
  context: CliContext,
  client: HttpClient,
  path: string,
  after: number | undefined,
  textOf: (line: LogLineWire) => string,
): Promise<number | undefined> => {
  for (let next = after; ; ) {
    const { items, next_after: last } = await client.ask(logPage, { path: `${path}/logs`, query: { after: next, limit: pageSize } });
    await writeOut(context.stdout, items.map(textOf), context);
    next = last ?? next;
    if (items.length < pageSize) return next;
  }
};

const logs = async (context: CliContext, id: string, options: Options): Promise<number> => {
  const path = scanPath(id);
  const client = await connect(context, options);
  const { paint } = viewOf(context, options);
  const textOf = (line: LogLineWire): string => (options.format === 'json' ? `${toSafeJson(line)}\n` : lineText(line, paint));
  let after: number | undefined;
  for (;;) {
    // Asked before the lines: what was written until the end is then among them.
    const { state } = await client.ask(scanShape, { path });
    after = await printFrom(context, client, path, after, textOf);
    if (options.follow !== true || isTerminalScan(state)) return 0;
    await sleep(lookEveryMs, undefined, { signal: context.signal }).catch(() => {
      throw abortReason(context.signal);
    });
  }
};

export const defineScansLogs: DefineCommand = (command, { act }) => {
  command
    .description('Print what the tasks of a scan said, oldest first. With -f json a JSON object a line.')
    .argument('<scan>', 'id of the scan')
    .option('--follow', 'go on until the scan has ended');
  addClientOptions(command).action((id: string, options: Options) => act((context) => logs(context, id, options)));
};
