import { counted } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions } from '../list-options.ts';
import { printMigrations } from '../migration-text.ts';
import { addStorageOptions, serverValues } from '../server-options.ts';

export const defineDbMigrate: DefineCommand = (command, { act }) => {
  addListOptions(
    command.description(
      'Bring a database up to date with this version. A server does it by itself when it starts; several may do it at once.',
    ),
  );
  addStorageOptions(command);
  command.action((options: ListOptions & Readonly<Record<string, unknown>>) =>
    act(async (context) => {
      const values = await serverValues(context, options);
      const control = await context.serverControl();
      const state = await control.migrate(values, context);
      const count = state.appliedNow.length;
      await printMigrations(context, options, state, count === 0 ? 'was up to date' : `${counted(count, 'migration')} applied`);
      return 0;
    }),
  );
};
