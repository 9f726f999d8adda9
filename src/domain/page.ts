/** A stretch of a sorted list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string;
  /** Exact up to 10,000, else a lower bound; exact always where it was asked for. */
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
  readonly exactTotal?: boolean;
}
