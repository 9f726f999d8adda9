import { toSafeJson } from '../../lib/text-safety.ts';
import { findProject } from '../client/project-of.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { projectText } from '../project-text.ts';

export const defineProjectsShow: DefineCommand = (command, { act }) => {
  command.description('Show a project.').argument('<project>', 'slug or id');
  addClientOptions(command).action((name: string, options: ClientOptions) =>
    act(async (context) => {
      const client = await connect(context, options);
      const project = await findProject(client, name);
      const { paint } = viewOf(context, options);
      await writeOut(context.stdout, [options.format === 'json' ? `${toSafeJson(project, 2)}\n` : projectText(project, paint)], context);
      return 0;
    }),
  );
};
