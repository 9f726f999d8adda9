import type { Database } from '../database/database.ts';
import type { Dispatcher, DispatcherOptions } from './dispatcher.ts';

/** What joins the processes that share the work. `in-process`: there is only this one. */
export type DispatcherChoice = { readonly kind: 'in-process' } | { readonly kind: 'postgres-notify'; readonly database: Database };

/** Loads the adapter and connects it. @throws AppError `database_unavailable` */
export const openDispatcher = async (choice: DispatcherChoice, options: DispatcherOptions): Promise<Dispatcher> => {
  switch (choice.kind) {
    case 'in-process':
      return (await import('./in-process/index.ts')).openInProcess(options);
    case 'postgres-notify':
      return (await import('./postgres-notify/index.ts')).openPostgresNotify(choice.database, options);
  }
};
