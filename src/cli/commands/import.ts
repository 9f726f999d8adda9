import { scanDetailShape, scanShape } from '../../api/wire/scans.ts';
import { ensureProject, findProject } from '../client/project-of.ts';
import { examineFile, uploadFile } from '../client/upload.ts';
import { waitForScan } from '../client/wait-for-scan.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { printScan } from '../print-scan.ts';
import { scanExitCode } from '../scan-text.ts';
import { createStatusLine } from '../status-line.ts';

interface Options extends ClientOptions {
  readonly wait?: true;
  readonly project?: string;
  readonly ref?: string;
  readonly commit?: string;
  readonly quiet?: true;
}

const help = `
Examples:
  sightline import codeql.sarif --wait
  semgrep scan --sarif -o results.sarif
  sightline import results.sarif --project app --ref main

The results become findings and issues of the project, the log is kept as an
artifact. Importing the same log again adds no issue.

Exit codes with --wait: 0 passed, 1 gate failed, 2 the log tells of a run that
did not succeed, 4 it is no SARIF log; the others as of submit.
`;

const importLog = async (context: CliContext, path: string, options: Options): Promise<number> => {
  const client = await connect(context, options);
  const status = createStatusLine(context, options.quiet === true ? 'off' : 'on');
  try {
    const file = await examineFile(path, context);
    const name = file.name.replace(/\.(?:sarif|json|sarif\.json)$/i, '');
    const project = options.project === undefined ? await ensureProject(client, name) : await findProject(client, options.project);
    const about = { type: 'sarif', contentType: 'application/sarif+json', projectId: project.id } as const;
    const artifactId = await uploadFile(client, file, about, { status, signal: context.signal });
    const scan = await client.ask(scanShape, {
      method: 'POST',
      path: '/api/v1/imports/from-artifact',
      body: {
        artifact_id: artifactId,
        project_id: project.id,
        ...(options.ref === undefined ? {} : { ref: options.ref }),
        ...(options.commit === undefined ? {} : { commit: options.commit }),
      },
    });
    const detail =
      options.wait === true
        ? await waitForScan(client, scan.id, context, status)
        : await client.ask(scanDetailShape, { path: `/api/v1/scans/${scan.id}` });
    await printScan(context, client, detail, options);
    return options.wait === true ? scanExitCode(detail) : 0;
  } finally {
    status.clear();
  }
};

export const defineImport: DefineCommand = (command, { act }) => {
  command
    .description('Bring the results of another tool to a server: a SARIF 2.1.0 log becomes findings and issues of a project.')
    .argument('<sarif>', 'the log')
    .option('-w, --wait', 'follow the import to its end; then the exit code says how it ended')
    .option('--project <slug|id>', 'the project it belongs to (default: that of the file name)')
    .option('--ref <branch|tag>', 'what the results speak of')
    .option('--commit <id>', 'the commit they speak of, by its full id')
    .option('-q, --quiet', 'no progress');
  addClientOptions(command)
    .addHelpText('after', help)
    .action((path: string, options: Options) => act((context) => importLog(context, path, options)));
};
