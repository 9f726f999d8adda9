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

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** End of the year 9999: what is later has no ISO 8601 form that PostgreSQL reads, and no id of ours was made then. */
const latestMs = 253_402_300_799_999;

/** When the id was made, to the millisecond: the `created_at` of a partitioned row. Undefined for text that is no version 7 UUID in lower case. */
export const uuidV7Time = (id: string): Date | undefined => {
  if (!shape.test(id)) return undefined;
  const madeMs = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return madeMs <= latestMs ? new Date(madeMs) : undefined;
};
