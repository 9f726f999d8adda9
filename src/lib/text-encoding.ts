const pieceBytes = 1024 * 1024;

/**
 * UTF-16 text with a byte order mark, as UTF-8; anything else as it is. Lines stay lines. Works a megabyte at a time; unpaired surrogates
 * become U+FFFD.
 */
export const asUtf8 = (bytes: Uint8Array): Uint8Array => {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!isLittle && !isBig) return bytes;
  const decoder = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be');
  const pieces: Buffer[] = [];
  for (let from = 2; from < bytes.length; from += pieceBytes) {
    const piece = bytes.subarray(from, Math.min(bytes.length, from + pieceBytes));
    pieces.push(Buffer.from(decoder.decode(piece, { stream: true }), 'utf8'));
  }
  pieces.push(Buffer.from(decoder.decode(), 'utf8'));
  return Buffer.concat(pieces);
};
