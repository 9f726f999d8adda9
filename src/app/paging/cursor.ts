import { createHash } from 'node:crypto';
import type { Caller } from '../../domain/caller.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { AppError } from '../../lib/errors.ts';
import { countedExactly } from '../../store/count-rows.ts';
import { storableJson } from '../../store/storable-text.ts';
import type { Keyring } from '../keyring/keyring.ts';

/**
 * Cursors name the last item of a page, so that the next one begins behind it whatever came or went meanwhile. They are signed: nobody can
 * make one, or carry one to another organisation, list or filter.
 *
 * An instant in a cursor has milliseconds. A list sorted by a column that has more must sort by `date_trunc('milliseconds', …)`, or it would
 * skip items; `created_at` of partitioned tables has no more.
 */
interface ValueKinds {
  readonly text: string;
  readonly number: number;
  readonly instant: Date;
  readonly 'text?': string | null;
  readonly 'instant?': Date | null;
}
export type ValueKind = keyof ValueKinds;
export type CursorValue = string | number | Date | null;
type ValuesOf<Kinds extends readonly ValueKind[]> = { -readonly [At in keyof Kinds]: ValueKinds[Kinds[At]] };

/** Of a list with its filter and order: a cursor holds for exactly these. */
export const listNameOf = (list: string, filter: object): string =>
  `${list} ${createHash('sha256')
    .update(canonicalJson(JSON.parse(storableJson(filter))))
    .digest('base64url')}`;

const signedFields = (caller: Caller, listName: string, payload: string): readonly string[] => [caller.organizationId, listName, payload];

export const encodeCursor = (keyring: Keyring, caller: Caller, listName: string, values: readonly CursorValue[]): string => {
  const plain = values.map((value) => (value instanceof Date ? value.getTime() : value));
  const payload = Buffer.from(JSON.stringify(plain)).toString('base64url');
  return `${payload}.${keyring.sign('cursors', signedFields(caller, listName, payload))}`;
};

const readers: { readonly [Kind in ValueKind]: (value: unknown) => ValueKinds[Kind] | undefined } = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  instant: (value) => (typeof value === 'number' ? new Date(value) : undefined),
  'text?': (value) => (typeof value === 'string' || value === null ? value : undefined),
  'instant?': (value) => (value === null ? null : typeof value === 'number' ? new Date(value) : undefined),
};

const invalid = (): AppError =>
  new AppError('cursor_invalid', 'the cursor is not one this list gave', {
    hint: 'Use next_cursor of the page before, with the same filters and order, or begin without a cursor.',
  });

/** The values {@link encodeCursor} was given; undefined when there is no cursor. @throws AppError `cursor_invalid` */
export const decodeCursor = <const Kinds extends readonly ValueKind[]>(
  keyring: Keyring,
  caller: Caller,
  listName: string,
  cursor: string | undefined,
  kinds: Kinds,
): ValuesOf<Kinds> | undefined => {
  if (cursor === undefined) return undefined;
  const [payload = '', signature = '', ...rest] = cursor.split('.');
  if (rest.length > 0 || !keyring.verify('cursors', signedFields(caller, listName, payload), signature)) throw invalid();
  // What we signed is what we wrote; another version may have written another shape.
  const plain: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (!Array.isArray(plain) || plain.length !== kinds.length) throw invalid();
  const values = kinds.map((kind, at) => readers[kind](plain[at]));
  if (values.includes(undefined)) throw invalid();
  return values as ValuesOf<Kinds>;
};

/** Rows to ask the database for: one more than the page has tells whether there is another. @throws AppError `request_invalid` */
export const rowsToRead = ({ limit }: PageRequest): number => {
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new AppError('request_invalid', 'limit: expected a whole number from 1 to 200');
  return limit + 1;
};

export const countOptions = (request: PageRequest): { readonly exact: boolean } => ({ exact: request.exactTotal === true });

/**
 * The page made of {@link rowsToRead} rows. `count` is what `countRows` gave for {@link countOptions}; `cursorAfter` makes the cursor that
 * stands behind an item.
 */
export const pageOf = <Item>(
  rows: readonly Item[],
  count: number,
  request: PageRequest,
  cursorAfter: (item: Item) => string,
): Page<Item> => {
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  const hasMore = rows.length > request.limit && last !== undefined;
  const isBound = request.exactTotal !== true && count > countedExactly;
  return {
    items,
    ...(hasMore ? { nextCursor: cursorAfter(last) } : {}),
    total: isBound ? { value: countedExactly, relation: 'gte' } : { value: count, relation: 'eq' },
  };
};
