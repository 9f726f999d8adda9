import { forTerminal, toSafeJson } from '../lib/text-safety.ts';
import { formatCount } from '../report/summary.ts';
import type { Listing } from './client/pages.ts';
import type { ClientOptions } from './client-options.ts';
import { columnsText } from './columns.ts';
import type { CliContext } from './context.ts';
import { viewOf } from './list-options.ts';
import { writeOut } from './output.ts';

export interface Column<Item> {
  readonly heading: string;
  /** Made harmless here. */
  readonly cell: (item: Item) => string;
}

const restText = <Item>({ items, total, hasMore }: Listing<Item>): string =>
  hasMore
    ? `${formatCount(items.length)} of ${total.relation === 'gte' ? 'at least ' : ''}${formatCount(total.value)}; --limit shows more\n`
    : '';

/** A list of the server as a table, or as it came. For a person the last column may be wrapped; a program that reads it gets a line for each row. */
export const printListing = async <Item>(
  context: CliContext,
  options: ClientOptions,
  listing: Listing<Item>,
  columns: readonly Column<Item>[],
  whenEmpty: string,
): Promise<void> => {
  if (options.format === 'json') {
    await writeOut(context.stdout, [toSafeJson({ items: listing.items, total: listing.total }, 2), '\n'], context);
    return;
  }
  const { paint, width } = viewOf(context, options);
  const isRead = context.stdout.isTTY === true;
  const rows = listing.items.map((item) => columns.map(({ cell }) => forTerminal(cell(item))));
  const headings = columns.map(({ heading }) => heading);
  await writeOut(
    context.stdout,
    [rows.length === 0 ? `${whenEmpty}\n` : columnsText(headings, rows, isRead ? width : Number.POSITIVE_INFINITY, paint.bold)],
    context,
  );
  await writeOut(context.stderr, [restText(listing)], context);
};
