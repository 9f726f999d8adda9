/** A node of the grammar with the slot it gets, wherever it is put. */
export interface Carried {
  readonly node: number;
  readonly slot: number;
}

/** A node whose children are being placed. */
export interface OpenNode {
  /** The grammar's node to place next, and the last one that belongs here. */
  next: number;
  readonly end: number;
  /** Row the children belong to. */
  readonly owner: number;
  /** Kind whose slots and rules hold for the children. */
  readonly kind: number;
  /** `owner` is complete when this is. */
  closes: boolean;
  /** Part the dissolved node played, which its children take over; 0: they keep their own. */
  inherited: number;
  /** How many children got their slot by position. */
  position: number;
  /** To be placed before anything else, and how many of them are. */
  before: readonly Carried[];
  beforePlaced: number;
  /** The child that shares the row `owner`. */
  merged: number;
  /** Each child of these kinds becomes a row that starts with `copies`; the other children are among those. */
  splits: Uint8Array | undefined;
  copies: readonly Carried[];
  /** Waiting for the sibling they belong to. */
  waiting: Carried[] | undefined;
  /** A node is synthesised from this child to `synthesisTo`. */
  synthesisFrom: number;
  synthesisTo: number;
  synthesisEndOffset: number;
  /** Slots by field in a synthesised node. */
  inside: Uint8Array | undefined;
}

export const noCarried: readonly Carried[] = [];

/** One for each inner node of a file: all of one form, and nothing made beside it. */
export const openNode = (next: number, end: number, owner: number, kind: number): OpenNode => ({
  next,
  end,
  owner,
  kind,
  closes: true,
  inherited: 0,
  position: 0,
  before: noCarried,
  beforePlaced: 0,
  merged: -1,
  splits: undefined,
  copies: noCarried,
  waiting: undefined,
  synthesisFrom: -1,
  synthesisTo: -1,
  synthesisEndOffset: 0,
  inside: undefined,
});
