import { InvalidArgumentError, Option } from 'commander';
import { type ScanInputWire, type ScanWire, scanDetailShape, scanShape } from '../../api/wire/scans.ts';
import type { GateThreshold } from '../../domain/severity.ts';
import { severities } from '../../domain/severity.ts';
import { AppError } from '../../lib/errors.ts';
import type { HttpClient } from '../client/http-client.ts';
import { ensureProject, findProject } from '../client/project-of.ts';
import { examineFile, uploadFile } from '../client/upload.ts';
import { waitForScan } from '../client/wait-for-scan.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { printScan } from '../print-scan.ts';
import { scanExitCode } from '../scan-text.ts';
import { each, eachName } from '../setting-options.ts';
import { createStatusLine, type StatusLine } from '../status-line.ts';

interface Options extends ClientOptions {
  readonly wait?: true;
  readonly project?: string;
  readonly ref?: string;
  readonly commit?: string;
  readonly engine?: readonly string[];
  readonly force?: true;
  readonly batch?: true;
  readonly failOn?: GateThreshold;
  readonly exclude?: readonly string[];
  readonly allowPartial?: true;
  readonly history?: true;
  readonly shards?: number;
  readonly quiet?: true;
}

const help = `
Examples:
  sightline submit https://example.org/team/app --wait
  sightline submit https://example.org/team/app --ref v1.2 --engine secrets
  sightline submit release.zip --project app --wait -f json

A repository belongs to the project of its URL, an archive to the project of
its file name, unless --project names one; what is missing is made.
The same submission while an equal scan is active gives that scan; --force
makes a new one.

Exit codes with --wait as of scan: 0 passed, 1 gate failed, 2 partial, failed
or cancelled, 3 nothing to scan, 4 a target that cannot be read; always: 4 wrong
usage, 5 refused token or a limit, 130 interrupted (the scan goes on).
`;

const isRepository = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target) || /^[\w.-]+@[\w.-]+:/.test(target);

const contentTypes: readonly (readonly [suffix: string, type: string])[] = [
  ['.zip', 'application/zip'],
  ['.tar', 'application/x-tar'],
  ['.tar.gz', 'application/gzip'],
  ['.tgz', 'application/gzip'],
];
/** @throws AppError `target_unsupported` for what a worker would not unpack either */
const contentTypeOf = (name: string): string => {
  const known = contentTypes.find(([suffix]) => name.toLowerCase().endsWith(suffix));
  if (known !== undefined) return known[1];
  throw new AppError('target_unsupported', `${name} is neither a git URL nor an archive by its name`, {
    hint: 'Give an https:// or ssh:// git URL, or a .zip, .tar, .tar.gz or .tgz file. Logs of other tools: "sightline import".',
  });
};

/** `app` of `app.tar.gz`. */
const stemOf = (name: string): string => name.replace(/\.(?:zip|tar|tgz|tar\.gz)$/i, '');

const sourceOf = async (
  context: CliContext,
  client: HttpClient,
  target: string,
  options: Options,
  status: StatusLine,
): Promise<Pick<ScanInputWire, 'project_id' | 'source'>> => {
  const named = options.project === undefined ? undefined : await findProject(client, options.project);
  if (isRepository(target)) {
    return {
      ...(named === undefined ? {} : { project_id: named.id }),
      source: {
        type: 'git',
        url: target,
        ...(options.ref === undefined ? {} : { ref: options.ref }),
        ...(options.commit === undefined ? {} : { commit: options.commit }),
      },
    };
  }
  const file = await examineFile(target, context);
  const contentType = contentTypeOf(file.name);
  const project = named ?? (await ensureProject(client, stemOf(file.name)));
  const about = { type: 'source', contentType, projectId: project.id } as const;
  const artifactId = await uploadFile(client, file, about, { status, signal: context.signal });
  return { project_id: project.id, source: { type: 'artifact', artifact_id: artifactId } };
};

const optionsOf = (options: Options): NonNullable<ScanInputWire['options']> => ({
  ...(options.failOn === undefined ? {} : { fail_on: options.failOn }),
  ...(options.exclude === undefined ? {} : { exclude: [...options.exclude] }),
  ...(options.allowPartial === undefined ? {} : { allow_partial: true }),
  ...(options.history === undefined ? {} : { history: true }),
});

const submitScan = async (
  context: CliContext,
  client: HttpClient,
  target: string,
  options: Options,
  status: StatusLine,
): Promise<ScanWire> => {
  const body: ScanInputWire = {
    ...(await sourceOf(context, client, target, options, status)),
    ...(options.engine === undefined ? {} : { engines: [...options.engine] }),
    priority: options.batch === true ? 'batch' : 'interactive',
    ...(options.shards === undefined ? {} : { shard_count: options.shards }),
    options: optionsOf(options),
    ...(options.force === undefined ? {} : { force: true }),
  };
  // The key makes it safe to ask again where an answer got lost.
  const headers = { 'idempotency-key': context.newId() };
  return client.ask(scanShape, { method: 'POST', path: '/api/v1/scans', body, headers, isRepeatable: true });
};

const submit = async (context: CliContext, target: string, options: Options): Promise<number> => {
  const client = await connect(context, options);
  const status = createStatusLine(context, options.quiet === true ? 'off' : 'on');
  try {
    const scan = await submitScan(context, client, target, options, status);
    if (options.wait !== true) {
      const detail = await client.ask(scanDetailShape, { path: `/api/v1/scans/${scan.id}` });
      await printScan(context, client, detail, options);
      return 0;
    }
    const ended = await waitForScan(client, scan.id, context, status);
    await printScan(context, client, ended, options);
    return scanExitCode(ended);
  } finally {
    status.clear();
  }
};

const parseShards = (text: string): number => {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 256) throw new InvalidArgumentError('It is a whole number from 1 to 256.');
  return count;
};

export const defineSubmit: DefineCommand = (command, { act }) => {
  command
    .description('Have a git repository or an archive scanned by a server.')
    .argument('<url|archive>', 'git URL, or a .zip, .tar, .tar.gz or .tgz file to upload')
    .option('-w, --wait', 'follow the scan to its end; then the exit code says how it ended')
    .option('--project <slug|id>', 'the project it belongs to')
    .option('--ref <branch|tag>', 'revision of a repository (default: its default branch)')
    .option('--commit <id>', 'exactly that commit, by its full id')
    .addOption(
      new Option('--engine <name>', 'run these engines instead of the default ones; repeatable or with commas').argParser(eachName),
    )
    .addOption(
      new Option(
        '--fail-on <severity>',
        'findings of this severity or worse fail the gate (default: as the target or server says)',
      ).choices([...severities, 'none']),
    )
    .addOption(new Option('--exclude <pattern>', 'leave paths out, gitignore syntax; repeatable').argParser(each))
    .option('--allow-partial', 'let the gate alone decide, even where a file or an engine failed')
    .option('--history', "every commit's added lines instead of the files")
    .addOption(new Option('--shards <n>', 'split the files over so many tasks').argParser(parseShards))
    .option('--batch', 'not urgent: let others go first')
    .option('--force', 'a new scan even where an equal one is active')
    .option('-q, --quiet', 'no progress');
  addClientOptions(command)
    .addHelpText('after', help)
    .action((target: string, options: Options) => act((context) => submit(context, target, options)));
};
