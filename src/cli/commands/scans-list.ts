import { Option } from 'commander';
import { scanPage } from '../../api/wire/scans.ts';
import { scanStates } from '../../domain/scan-record.ts';
import { readList } from '../client/pages.ts';
import { findProject } from '../client/project-of.ts';
import { addClientOptions, type ClientOptions, connect, limitOption } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { shortInstant } from '../instants.ts';
import { printListing } from '../print-listing.ts';
import { foundText, stateText, targetText } from '../scan-text.ts';
import { eachOf } from '../setting-options.ts';

interface Options extends ClientOptions {
  readonly project?: string;
  readonly state?: readonly string[];
  readonly ref?: string;
  readonly limit: number;
}

export const defineScansList: DefineCommand = (command, { act }) => {
  command
    .description('List the scans of a server, newest first.')
    .option('--project <slug|id>', 'only those of a project')
    .addOption(
      new Option('--state <state>', `only those in a state: ${scanStates.join(', ')}; repeatable or with commas`).argParser(
        eachOf(scanStates),
      ),
    )
    .option('--ref <branch|tag>', 'only those of a branch or tag')
    .addOption(limitOption());
  addClientOptions(command).action((options: Options) =>
    act(async (context) => {
      const client = await connect(context, options);
      const project = options.project === undefined ? undefined : await findProject(client, options.project);
      const query = { project_id: project?.id, state: options.state?.join(','), ref: options.ref };
      const listing = await readList(client, scanPage, { path: '/api/v1/scans', query }, options.limit);
      await printListing(
        context,
        options,
        listing,
        [
          { heading: 'ID', cell: ({ id }) => id },
          { heading: 'CREATED', cell: (scan) => shortInstant(scan.created_at) },
          { heading: 'STATE', cell: stateText },
          { heading: 'GATE', cell: ({ gate }) => gate?.state ?? '' },
          { heading: 'FINDINGS', cell: foundText },
          { heading: 'SOURCE', cell: targetText },
        ],
        'no scans',
      );
      return 0;
    }),
  );
};
