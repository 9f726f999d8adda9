import { forTerminal, toSafeJson } from '../lib/text-safety.ts';
import { columnsText } from './columns.ts';
import type { CliContext } from './context.ts';
import { shortInstant } from './instants.ts';
import { type ListOptions, viewOf } from './list-options.ts';
import { writeOut } from './output.ts';
import type { MigrationState } from './server-control.ts';

/** The migrations of a database, and which are still to come. */
export const printMigrations = async (
  context: CliContext,
  options: ListOptions,
  state: MigrationState,
  headline: string,
): Promise<void> => {
  if (options.format === 'json') {
    const migrations = state.migrations.map(({ name, appliedAt }) => ({ name, applied_at: appliedAt?.toISOString() ?? null }));
    await writeOut(
      context.stdout,
      [toSafeJson({ database: state.database, server_version: state.serverVersion, migrations }, 2), '\n'],
      context,
    );
    return;
  }
  const { paint, width } = viewOf(context, options);
  const rows = state.migrations.map(({ name, appliedAt }) => [
    forTerminal(name),
    appliedAt === undefined ? paint.yellow('to come') : shortInstant(appliedAt.toISOString()),
  ]);
  const head = `${forTerminal(state.database)}, PostgreSQL ${forTerminal(state.serverVersion)}: ${headline}\n`;
  await writeOut(context.stdout, [head, columnsText(['MIGRATION', 'APPLIED'], rows, width, paint.bold)], context);
};
