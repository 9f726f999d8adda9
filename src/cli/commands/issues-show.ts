import { issueDetailShape } from '../../api/wire/issues.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { issuePath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { issueText } from '../issue-text.ts';
import { viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';

export const defineIssuesShow: DefineCommand = (command, { act }) => {
  command
    .description('Show an issue: where it is, on which branches, who saw it, what was decided.')
    .argument('<issue>', 'id of the issue');
  addClientOptions(command).action((id: string, options: ClientOptions) =>
    act(async (context) => {
      const client = await connect(context, options);
      const issue = await client.ask(issueDetailShape, { path: issuePath(id) });
      const { paint } = viewOf(context, options);
      await writeOut(context.stdout, [options.format === 'json' ? `${toSafeJson(issue, 2)}\n` : issueText(issue, paint)], context);
      return 0;
    }),
  );
};
