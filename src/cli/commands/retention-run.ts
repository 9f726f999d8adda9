import { type RetentionRunWire, retentionRunShape } from '../../api/wire/retention.ts';
import { resolvePart } from '../../config/resolve-settings.ts';
import { serverSettings } from '../../config/schema.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { formatCount, formatSize } from '../../report/summary.ts';
import { slowAnswerMs } from '../client/http-client.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { writeOut } from '../output.ts';
import { settingFlags, settingOption } from '../setting-options.ts';

type Options = ClientOptions & { readonly dryRun?: boolean };

/** Only what was typed: a variable of this shell says nothing about the server. */
const keepLatestOf = (options: Options): boolean | undefined => {
  const { values, origins } = resolvePart({ keepLatest: serverSettings.keepLatest }, {}, settingFlags(options));
  return origins.keepLatest.from === 'flag' ? values.keepLatest : undefined;
};

const retentionText = ({ dry_run: dryRun, statistics }: RetentionRunWire): string => {
  const rows: readonly (readonly [string, number, number?])[] = [
    ['scans', statistics.scans],
    ['findings', statistics.findings],
    ['artifacts', statistics.artifacts, statistics.artifact_bytes],
    ['orphaned objects', statistics.orphan_blobs, statistics.orphan_bytes],
    ['events', statistics.events],
    ['submission keys', statistics.submission_keys],
    ['workers', statistics.workers],
  ];
  const lines = rows.map(
    ([name, count, bytes]) => `  ${name.padEnd(18)}${formatCount(count)}${bytes === undefined ? '' : ` (${formatSize(bytes)})`}\n`,
  );
  return `${dryRun ? 'Would be removed (nothing was):' : 'Removed:'}\n${lines.join('')}`;
};

const runRetention = async (context: CliContext, options: Options): Promise<number> => {
  const keepLatest = keepLatestOf(options);
  const client = await connect(context, options);
  const answer = await client.ask(retentionRunShape, {
    method: 'POST',
    path: '/api/v1/retention/runs',
    body: { dry_run: options.dryRun === true, ...(keepLatest === undefined ? {} : { keep_latest: keepLatest }) },
    answerWithinMs: slowAnswerMs,
  });
  await writeOut(context.stdout, options.format === 'json' ? [toSafeJson(answer, 2), '\n'] : [retentionText(answer)], context);
  return 0;
};

export const defineRetentionRun: DefineCommand = (command, { act }) => {
  command
    .description(
      'Run the cleaner of a server now. It removes ended scans past the retention with all they own, and what belongs to nothing.',
    )
    .option('--dry-run', 'only count what would be removed')
    .addOption(settingOption('keepLatest'));
  addClientOptions(command)
    .addHelpText(
      'after',
      `
Never removed: baselines, issues and their decisions, and, unless
--keep-latest=false, the newest complete scan of each project and branch.
Interrupting it is safe: the next run goes on where this one was.
`,
    )
    .action((options: Options) => act((context) => runRetention(context, options)));
};
