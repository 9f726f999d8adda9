/** Text of single lines of a file, by number from 1, without their line end. Offsets are found once, at the first question. */
export const createLineTexts = (bytes: Uint8Array): ((line: number) => string) => {
  let starts: number[] | undefined;
  const lineStarts = (): number[] => {
    const found = [0];
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) found.push(at + 1);
    return found;
  };
  return (line) => {
    starts ??= lineStarts();
    const start = starts[line - 1];
    if (start === undefined) return '';
    const end = (starts[line] ?? bytes.length + 1) - 1;
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start))
      .toString('utf8')
      .replace(/\r$/, '');
  };
};
