import { Option } from 'commander';
import { issuePage } from '../../api/wire/issues.ts';
import { issueSorts } from '../../app/issues/issues.ts';
import { triages } from '../../domain/issue.ts';
import { severities } from '../../domain/severity.ts';
import { readList } from '../client/pages.ts';
import { findProject } from '../client/project-of.ts';
import { addClientOptions, type ClientOptions, connect, limitOption } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { printListing } from '../print-listing.ts';
import { eachOf } from '../setting-options.ts';

interface Options extends ClientOptions {
  readonly project?: string;
  readonly severity?: readonly string[];
  readonly triage?: readonly string[];
  readonly ref?: string;
  readonly presence?: string;
  readonly rule?: string;
  readonly search?: string;
  readonly sort?: string;
  readonly limit: number;
}

export const defineIssuesList: DefineCommand = (command, { act }) => {
  command
    .description('List the issues of a server: one line for each problem, however many scans have seen it.')
    .option('--project <slug|id>', 'only those of a project')
    .addOption(new Option('--severity <severity>', `${severities.join(', ')}; repeatable or with commas`).argParser(eachOf(severities)))
    .addOption(new Option('--triage <triage>', `${triages.join(', ')}; repeatable or with commas`).argParser(eachOf(triages)))
    .option('--ref <branch|tag>', 'only those of a branch or tag')
    .addOption(new Option('--presence <presence>', 'with --ref: how they stand there').choices(['detected', 'absent', 'unknown']))
    .option('--rule <rule>', 'only those of a rule')
    .option('--search <text>', 'part of title, path or rule')
    .addOption(new Option('--sort <by>', 'what stands first').choices([...issueSorts]))
    .addOption(limitOption());
  addClientOptions(command).action((options: Options) =>
    act(async (context) => {
      const client = await connect(context, options);
      const project = options.project === undefined ? undefined : await findProject(client, options.project);
      const query = {
        project_id: project?.id,
        severity: options.severity?.join(','),
        triage: options.triage?.join(','),
        ref: options.ref,
        presence: options.presence,
        rule_id: options.rule,
        search: options.search,
        sort: options.sort,
      };
      const listing = await readList(client, issuePage, { path: '/api/v1/issues', query }, options.limit);
      await printListing(
        context,
        options,
        listing,
        [
          { heading: 'ID', cell: ({ id }) => id },
          { heading: 'SEVERITY', cell: ({ severity }) => severity },
          { heading: 'TRIAGE', cell: (issue) => (issue.is_detected ? issue.triage : `${issue.triage}, gone`) },
          { heading: 'RULE', cell: (issue) => issue.rule_id },
          { heading: 'PLACE', cell: (issue) => (issue.start_line === null ? issue.path : `${issue.path}:${issue.start_line}`) },
          { heading: 'TITLE', cell: ({ title }) => title },
        ],
        'no issues',
      );
      return 0;
    }),
  );
};
