/** Number columns that grow together; rows are appended and never taken away. */
export interface Columns {
  kind: Uint16Array;
  /** Code of a slot or of a grammar's field. */
  part: Uint8Array;
  flags: Uint8Array;
  start: Uint32Array;
  end: Uint32Array;
  parent: Int32Array;
  last: Uint32Array;
  size: number;
}

export const createColumns = (capacity: number): Columns => ({
  kind: new Uint16Array(capacity),
  part: new Uint8Array(capacity),
  flags: new Uint8Array(capacity),
  start: new Uint32Array(capacity),
  end: new Uint32Array(capacity),
  parent: new Int32Array(capacity),
  last: new Uint32Array(capacity),
  size: 0,
});

const grown = <T extends { set: (from: T) => void }>(from: T, make: (length: number) => T, capacity: number): T => {
  const to = make(capacity);
  to.set(from);
  return to;
};

const grow = (columns: Columns): void => {
  const capacity = Math.max(64, columns.kind.length * 2);
  columns.kind = grown(columns.kind, (length) => new Uint16Array(length), capacity);
  columns.part = grown(columns.part, (length) => new Uint8Array(length), capacity);
  columns.flags = grown(columns.flags, (length) => new Uint8Array(length), capacity);
  columns.start = grown(columns.start, (length) => new Uint32Array(length), capacity);
  columns.end = grown(columns.end, (length) => new Uint32Array(length), capacity);
  columns.parent = grown(columns.parent, (length) => new Int32Array(length), capacity);
  columns.last = grown(columns.last, (length) => new Uint32Array(length), capacity);
};

/** Row of what was appended; its `last` is the row itself until somebody says otherwise. */
export const appendRow = (
  columns: Columns,
  kind: number,
  part: number,
  flags: number,
  start: number,
  end: number,
  parent: number,
): number => {
  const row = columns.size;
  if (row === columns.kind.length) grow(columns);
  columns.kind[row] = kind;
  columns.part[row] = part;
  columns.flags[row] = flags;
  columns.start[row] = start;
  columns.end[row] = end;
  columns.parent[row] = parent;
  columns.last[row] = row;
  columns.size = row + 1;
  return row;
};
