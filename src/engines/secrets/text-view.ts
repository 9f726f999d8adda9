/** Bytes either side of a place that a match may need; a longer match is looked for in a larger view. */
export const viewMarginBytes = 64 * 1024;
const wholeBelowBytes = 2 * 1024 * 1024;
const viewBytes = 1024 * 1024;
/** A view never grows beyond this: no secret is that long. */
const maxViewBytes = 4 * 1024 * 1024;

/** A stretch of the bytes as latin-1 text, so that expressions can run on it. `text[0]` is byte `base`. */
export interface TextView {
  readonly bytes: Uint8Array;
  base: number;
  text: string;
}

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1', 0, to - from);

export const createTextView = (bytes: Uint8Array): TextView => ({ bytes, base: 0, text: '' });

export const viewEnd = (view: TextView): number => view.base + view.text.length;

const load = (view: TextView, from: number, to: number): void => {
  view.base = Math.max(0, from);
  view.text = latin1(view.bytes, view.base, Math.min(view.bytes.length, to));
};

/** Makes the view hold `at` with the margin on both sides (or the ends of the bytes). Small files are taken as a whole. */
export const showAround = (view: TextView, at: number): void => {
  const size = view.bytes.length;
  const end = viewEnd(view);
  if (view.text !== '' && at >= view.base && at <= end) {
    const hasLeft = view.base === 0 || at - view.base >= viewMarginBytes;
    const hasRight = end === size || end - at >= viewMarginBytes;
    if (hasLeft && hasRight) return;
  }
  if (size <= wholeBelowBytes) load(view, 0, size);
  else load(view, at - viewMarginBytes, at + viewBytes);
};

/** Doubles what lies right of `at`. False when the end, or the greatest size, is reached. */
export const growRight = (view: TextView, at: number): boolean => {
  const end = viewEnd(view);
  if (end >= view.bytes.length || end - view.base >= maxViewBytes) return false;
  load(view, Math.max(view.base, at - viewMarginBytes), at + Math.max(viewMarginBytes, end - at) * 2);
  return viewEnd(view) > end;
};

/** Any stretch as text, wherever the view is. */
export const textBetween = (view: TextView, from: number, to: number): string => {
  const start = Math.max(0, from);
  const end = Math.min(view.bytes.length, to);
  if (start >= view.base && end <= viewEnd(view)) return view.text.slice(start - view.base, end - view.base);
  return latin1(view.bytes, start, Math.max(start, end));
};
