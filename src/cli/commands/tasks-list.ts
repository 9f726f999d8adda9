import { Option } from 'commander';
import { type TaskWire, taskDetailPage, taskPage } from '../../api/wire/tasks.ts';
import { taskStates } from '../../domain/task-record.ts';
import { type Listing, readList } from '../client/pages.ts';
import { addClientOptions, type ClientOptions, connect, limitOption } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { type Column, printListing } from '../print-listing.ts';
import { eachOf } from '../setting-options.ts';
import { partText, taskErrorText } from '../task-text.ts';

interface Options extends ClientOptions {
  readonly scan?: string;
  readonly state?: readonly string[];
  readonly dead?: true;
  readonly limit: number;
}

const columns: readonly Column<TaskWire>[] = [
  { heading: 'ID', cell: ({ id }) => id },
  { heading: 'STATE', cell: (task) => (task.dead_at === null ? task.state : 'dead letter') },
  { heading: 'ENGINE', cell: partText },
  { heading: 'ATTEMPTS', cell: (task) => `${task.attempt_count}/${task.max_attempts}` },
  { heading: 'FINDINGS', cell: (task) => String(task.findings_count) },
  { heading: 'SCAN', cell: (task) => task.scan_id },
  { heading: 'ERROR', cell: taskErrorText },
];

export const defineTasksList: DefineCommand = (command, { act }) => {
  command
    .description('List tasks: the parts of scans that workers run. Dead letters are those that were given up.')
    .option('--scan <scan>', 'only those of a scan')
    .addOption(new Option('--state <state>', `${taskStates.join(', ')}; repeatable or with commas`).argParser(eachOf(taskStates)))
    .addOption(new Option('--dead', 'only dead letters, newest first').conflicts(['scan', 'state']))
    .addOption(limitOption());
  addClientOptions(command).action((options: Options) =>
    act(async (context) => {
      const client = await connect(context, options);
      const listing: Listing<TaskWire> =
        options.dead === true
          ? await readList(client, taskDetailPage, { path: '/api/v1/dead-letters' }, options.limit)
          : await readList(
              client,
              taskPage,
              { path: '/api/v1/tasks', query: { scan_id: options.scan, state: options.state?.join(',') } },
              options.limit,
            );
      await printListing(context, options, listing, columns, options.dead === true ? 'no dead letters' : 'no tasks');
      return 0;
    }),
  );
};
