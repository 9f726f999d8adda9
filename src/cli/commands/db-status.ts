import { counted } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions } from '../list-options.ts';
import { printMigrations } from '../migration-text.ts';
import { addStorageOptions, serverValues } from '../server-options.ts';

export const defineDbStatus: DefineCommand = (command, { act }) => {
  addListOptions(command.description('Show which migrations a database has, and which are still to come. Changes nothing.'));
  addStorageOptions(command);
  command
    .addHelpText('after', '\nExit codes: 0 when it is up to date, 1 when migrations are to come.\n')
    .action((options: ListOptions & Readonly<Record<string, unknown>>) =>
      act(async (context) => {
        const values = await serverValues(context, options);
        const control = await context.serverControl();
        const state = await control.migrationState(values, context);
        const pending = state.migrations.filter(({ appliedAt }) => appliedAt === undefined).length;
        await printMigrations(context, options, state, pending === 0 ? 'up to date' : `${counted(pending, 'migration')} to come`);
        return pending === 0 ? 0 : 1;
      }),
    );
};
