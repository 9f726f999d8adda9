import { z } from 'zod';
import type { Page, PageRequest } from '../../domain/page.ts';

/** How every list is asked for. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of one page.'),
  cursor: z.string().min(1).max(2048).optional().describe('`next_cursor` of the page before, with the same filters.'),
  total: z
    .enum(['bounded', 'exact'])
    .default('bounded')
    .describe('`bounded` counts to 10,000 at most; `exact` counts all, which takes longer.'),
};

export const totalShape = z
  .object({ value: z.int().min(0), relation: z.enum(['eq', 'gte']).describe('`gte`: there are at least so many.') })
  .meta({ id: 'Total' });

/** One page of a list. `id` is its name in the OpenAPI document. */
export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable().describe('Null on the last page.'), total: totalShape }).meta({ id });

export interface PageWire<Item> {
  items: Item[];
  next_cursor: string | null;
  total: { value: number; relation: 'eq' | 'gte' };
}

export const toPageRequest = (query: {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly total: 'bounded' | 'exact';
}): PageRequest => ({
  limit: query.limit,
  ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
  exactTotal: query.total === 'exact',
});

export const toPageWire = <Item, Wire>(page: Page<Item>, toWire: (item: Item) => Wire): PageWire<Wire> => ({
  items: page.items.map(toWire),
  next_cursor: page.nextCursor ?? null,
  total: { ...page.total },
});
