import { Argument } from 'commander';
import { bulkTriageAnswer, type TriageInputWire } from '../../api/wire/issues.ts';
import { parseDuration } from '../../config/units.ts';
import { needsReason, type Triage, triages } from '../../domain/issue.ts';
import { AppError } from '../../lib/errors.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { counted } from '../../report/summary.ts';
import { issuePath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { writeOut } from '../output.ts';

interface Options extends ClientOptions {
  readonly reason?: string;
  readonly until?: string;
}

const help = `
Examples:
  sightline issues triage confirmed ID
  sightline issues triage false_positive ID ID --reason "test data"
  sightline issues triage accepted ID --reason "behind a VPN" --until 90d

false_positive, accepted and wont_fix need a reason, accepted also an end.
All issues named are changed, or none.
`;

/** `90d` from now, or an instant. */
const expiryOf = (text: string, nowMs: number): string => {
  const fromNowMs = parseDuration(text);
  const atMs = fromNowMs === undefined ? Date.parse(text) : nowMs + fromNowMs;
  if (Number.isNaN(atMs) || atMs <= nowMs) {
    throw new AppError('usage_invalid', `--until does not take "${text}"`, {
      hint: 'Expected a duration such as 90d, or a day to come such as 2027-01-31.',
    });
  }
  return new Date(atMs).toISOString();
};

const decisionOf = (context: CliContext, triage: Triage, { reason, until }: Options): TriageInputWire => {
  if (needsReason(triage) && (reason ?? '').trim() === '') {
    throw new AppError('usage_invalid', `${triage} needs --reason`, { hint: 'Say why, for whoever looks at it later.' });
  }
  if (triage === 'accepted' && until === undefined) {
    throw new AppError('usage_invalid', 'accepted needs --until', {
      hint: 'Say when the risk is to be looked at again, such as --until 90d.',
    });
  }
  return {
    triage,
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { expires_at: expiryOf(until, context.clock.now()) }),
  };
};

export const defineIssuesTriage: DefineCommand = (command, { act }) => {
  command
    .description('Decide what becomes of issues. Decisions are kept, with their author and reason.')
    .addArgument(new Argument('<triage>', 'the decision').choices([...triages]))
    .argument('<issue...>', 'ids of the issues')
    .option('--reason <text>', 'why')
    .option('--until <duration|day>', 'when the decision ends');
  addClientOptions(command)
    .addHelpText('after', help)
    .action((triage: Triage, ids: readonly string[], options: Options) =>
      act(async (context) => {
        ids.forEach(issuePath);
        const body = { issue_ids: ids, ...decisionOf(context, triage, options) };
        const client = await connect(context, options);
        const answer = await client.ask(bulkTriageAnswer, { method: 'POST', path: '/api/v1/issues/triage', body });
        const text = options.format === 'json' ? toSafeJson(answer, 2) : `${counted(answer.changed, 'issue')} changed to ${triage}`;
        await writeOut(context.stdout, [text, '\n'], context);
        return 0;
      }),
    );
};
