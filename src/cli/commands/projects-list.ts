import { projectPage } from '../../api/wire/projects.ts';
import { readList } from '../client/pages.ts';
import { addClientOptions, type ClientOptions, connect, limitOption } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { printListing } from '../print-listing.ts';

interface Options extends ClientOptions {
  readonly search?: string;
  readonly limit: number;
}

export const defineProjectsList: DefineCommand = (command, { act }) => {
  command
    .description('List the projects of a server.')
    .option('--search <text>', 'part of name, slug or repository')
    .addOption(limitOption());
  addClientOptions(command).action((options: Options) =>
    act(async (context) => {
      const client = await connect(context, options);
      const request = { path: '/api/v1/projects', query: { search: options.search } };
      const listing = await readList(client, projectPage, request, options.limit);
      const columns = [
        { heading: 'SLUG', cell: ({ slug }) => slug },
        { heading: 'NAME', cell: ({ name }) => name },
        { heading: 'REPOSITORY', cell: (project) => project.repository_url ?? '' },
      ] satisfies Parameters<typeof printListing<(typeof listing.items)[number]>>[3];
      await printListing(context, options, listing, columns, 'no projects');
      return 0;
    }),
  );
};
