import { projectShape } from '../../api/wire/projects.ts';
import { resolveSettings } from '../../config/resolve-settings.ts';
import { AppError } from '../../lib/errors.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { projectPath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { projectText } from '../project-text.ts';

interface Options extends ClientOptions {
  readonly slug?: string;
  readonly url?: string;
  readonly branch?: string;
  readonly description?: string;
  readonly withGitToken?: true;
}

const help = `
Examples:
  sightline projects create "Web shop" --url https://example.org/team/shop
  SIGHTLINE_GIT_TOKEN=... sightline projects create shop \\
      --url https://example.org/team/shop --with-git-token

The server encrypts the token and gives it to the worker that fetches the
repository, to nobody else.
`;

const gitToken = (context: CliContext): string => {
  const { gitToken: token } = resolveSettings(context.environment).values;
  if (token !== undefined) return token;
  throw new AppError('usage_invalid', '--with-git-token needs SIGHTLINE_GIT_TOKEN', {
    hint: 'Set it to the token the git server gave you.',
  });
};

const create = async (context: CliContext, name: string, options: Options): Promise<number> => {
  if (options.withGitToken === true && options.url === undefined) {
    throw new AppError('usage_invalid', '--with-git-token needs --url', { hint: 'The token is kept for the host of that URL only.' });
  }
  const token = options.withGitToken === true ? gitToken(context) : undefined;
  const client = await connect(context, options);
  const body = {
    name,
    ...(options.slug === undefined ? {} : { slug: options.slug }),
    ...(options.url === undefined ? {} : { repository_url: options.url }),
    ...(options.branch === undefined ? {} : { default_branch: options.branch }),
    ...(options.description === undefined ? {} : { description: options.description }),
  };
  const made = await client.ask(projectShape, { method: 'POST', path: '/api/v1/projects', body });
  const path = projectPath(made.id);
  if (token !== undefined) await client.tell({ method: 'PUT', path: `${path}/credentials`, body: { token }, isRepeatable: true });
  const project = token === undefined ? made : await client.ask(projectShape, { path });
  const { paint } = viewOf(context, options);
  await writeOut(context.stdout, [options.format === 'json' ? `${toSafeJson(project, 2)}\n` : projectText(project, paint)], context);
  return 0;
};

export const defineProjectsCreate: DefineCommand = (command, { act }) => {
  command
    .description('Create a project: a codebase whose scans and issues belong together.')
    .argument('<name>', 'what people call it')
    .option('--slug <slug>', 'its short name (default: made of the name)')
    .option('--url <url>', 'its git repository')
    .option('--branch <branch>', 'its main branch (default: as the repository says)')
    .option('--description <text>', 'what it is')
    .option('--with-git-token', 'keep the token in SIGHTLINE_GIT_TOKEN for its repository');
  addClientOptions(command)
    .addHelpText('after', help)
    .action((name: string, options: Options) => act((context) => create(context, name, options)));
};
