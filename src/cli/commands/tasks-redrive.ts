import { redriveAnswer } from '../../api/wire/tasks.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { deadLetterPath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';

export const defineTasksRedrive: DefineCommand = (command, { act }) => {
  command
    .description('Run a dead letter again, once what broke it is mended. Where its scan has ended, a new scan of the same is made.')
    .argument('<task>', 'id of the task');
  addClientOptions(command).action((id: string, options: ClientOptions) =>
    act(async (context) => {
      const client = await connect(context, options);
      const answer = await client.ask(redriveAnswer, { method: 'POST', path: `${deadLetterPath(id)}/redrive` });
      const text = options.format === 'json' ? toSafeJson(answer, 2) : `task ${answer.task.id} runs again in scan ${answer.scan_id}`;
      await writeOut(context.stdout, [text, '\n'], context);
      return 0;
    }),
  );
};
