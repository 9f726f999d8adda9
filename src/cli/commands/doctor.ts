import type { DiagnosisWire } from '../../api/wire/diagnosis.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type ExamineOptions, examineServer } from '../examine-server.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { addStorageOptions } from '../server-options.ts';
import { addSettingOptions } from '../setting-options.ts';
import type { Paint } from '../terminal.ts';

type Options = ListOptions & ExamineOptions;

const checkText = ({ name, is_ok: isOk, detail, hint }: DiagnosisWire['checks'][number], paint: Paint): string => {
  const line = `  ${isOk ? paint.green('ok    ') : paint.red('failed')}  ${forTerminal(name)}: ${forTerminal(detail)}\n`;
  return hint === null ? line : `${line}          ${forTerminal(hint)}\n`;
};

const invariantText = ({ id, promise, offenders, has_more: hasMore }: DiagnosisWire['invariants'][number], paint: Paint): string => {
  if (offenders.length === 0) return `  ${paint.green('ok    ')}  ${forTerminal(id)}\n`;
  const lines = offenders.map((what) => `            ${forTerminal(what)}\n`).join('');
  return `  ${paint.red('broken')}  ${forTerminal(id)}: ${forTerminal(promise)}\n${lines}${hasMore ? '            ...\n' : ''}`;
};

/** Said only as far as it is known: what nobody asked is neither ok nor broken. */
const skippedText = ({ invariants, skipped }: DiagnosisWire, paint: Paint): string => {
  if (skipped === null) return '';
  const which = invariants.length === 0 ? 'any of it' : skipped.ids.join(', ');
  return `  ${paint.yellow('-     ')}  not asked: ${forTerminal(which)}\n          ${forTerminal(skipped.reason)}\n`;
};

const headText = ({ database, versions }: DiagnosisWire): string => {
  const { sightline, node, platform, postgresql } = versions;
  const server = postgresql === null ? '' : `, PostgreSQL ${postgresql}`;
  return forTerminal(`Sightline ${sightline} on Node.js ${node}, ${platform}; database: ${database}${server}`);
};

const doctor = async (context: CliContext, options: Options): Promise<number> => {
  const diagnosis = await examineServer(context, options);
  const { paint } = viewOf(context, options);
  await writeOut(
    context.stdout,
    options.format === 'json'
      ? [toSafeJson(diagnosis, 2), '\n']
      : [
          `${headText(diagnosis)}\n`,
          `${paint.bold('Parts')}\n`,
          ...diagnosis.checks.map((check) => checkText(check, paint)),
          `${paint.bold('What the database must always say')}\n`,
          ...diagnosis.invariants.map((result) => invariantText(result, paint)),
          skippedText(diagnosis, paint),
        ],
    context,
  );
  return diagnosis.is_healthy ? 0 : 2;
};

export const defineDoctor: DefineCommand = (command, { act }) => {
  addListOptions(
    command.description(
      'Check a server and its data: database, migrations, disk, engines, workers, and whether what is stored keeps the promises of the server. Changes nothing.',
    ),
  );
  addStorageOptions(command);
  addSettingOptions(command, 'Server:', ['serverUrl']);
  command
    .addHelpText(
      'after',
      `
Looks into the database itself, whether a server runs or not; where a running
server has the embedded database to itself, that server is asked. With
--server it is always asked, and nothing else.

Exit codes: 0 when all is well, 2 when something is not.
`,
    )
    .action((options: Options) => act((context) => doctor(context, options)));
};
