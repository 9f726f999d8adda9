/** A version 7 UUID (RFC 9562): 48 bits of time, then randomness, so that ids sort by the time they were made. */
export const uuidV7 = (nowMs: number, random: Uint8Array): string => {
  const bytes = new Uint8Array(16);
  bytes.set(random.subarray(0, 10), 6);
  new DataView(bytes.buffer).setUint32(0, Math.floor(nowMs / 0x1_0000));
  new DataView(bytes.buffer).setUint16(4, nowMs % 0x1_0000);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
