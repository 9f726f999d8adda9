/** Text that takes the place of a range. Offsets are UTF-16 code units of the text; `end` is exclusive. */
export interface TextFix {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Makes every fix, in the order of their places. Of fixes that overlap the first one is made: the others were about text that is gone. */
export const applyFixes = (text: string, fixes: readonly TextFix[]): string => {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end, replacement } of fixes.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < done) continue;
    pieces.push(text.slice(done, start), replacement);
    done = end;
  }
  return pieces.join('') + text.slice(done);
};
