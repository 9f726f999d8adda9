import type { z } from 'zod';
import type { PageWire } from '../../api/wire/page.ts';
import type { ApiRequest, HttpClient } from './http-client.ts';

/** Most items the server gives at once. */
const largestPage = 200;

export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly total: PageWire<Item>['total'];
  /** There are more than were asked for. */
  readonly hasMore: boolean;
}

/** The first `limit` items of a list, over as many pages as that takes. */
export const readList = async <Item>(
  client: HttpClient,
  shape: z.ZodType<PageWire<Item>>,
  request: Pick<ApiRequest, 'path' | 'query'>,
  limit: number,
): Promise<Listing<Item>> => {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const query = { ...request.query, limit: Math.min(largestPage, limit - items.length), cursor };
    const page = await client.ask(shape, { path: request.path, query });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
    if (cursor === undefined || page.items.length === 0 || items.length >= limit) {
      return { items: items.slice(0, limit), total: page.total, hasMore: cursor !== undefined };
    }
  }
};
