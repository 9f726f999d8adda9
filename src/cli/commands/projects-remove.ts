import { AppError } from '../../lib/errors.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { projectPath } from '../client/paths.ts';
import { findProject } from '../client/project-of.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';

export const defineProjectsRemove: DefineCommand = (command, { act }) => {
  command
    .description('Remove a project with everything it owns: scans, findings, issues and their decisions. Running scans are cancelled.')
    .argument('<project>', 'slug or id')
    .option('--yes', 'really');
  addClientOptions(command).action((name: string, options: ClientOptions & { readonly yes?: true }) =>
    act(async (context) => {
      const client = await connect(context, options);
      const project = await findProject(client, name);
      if (options.yes !== true) {
        throw new AppError('usage_invalid', `this removes project "${project.slug}" and all its scans and issues for good`, {
          hint: 'Add --yes when you mean it.',
        });
      }
      await client.tell({ method: 'DELETE', path: projectPath(project.id) });
      const text = options.format === 'json' ? toSafeJson({ removed: project.id }, 2) : `project ${project.slug} is removed`;
      await writeOut(context.stdout, [text, '\n'], context);
      return 0;
    }),
  );
};
