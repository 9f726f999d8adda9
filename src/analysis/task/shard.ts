/**
 * Which shard of a scan a path belongs to: FNV-1a over its UTF-8 bytes, then the finalizer of MurmurHash3, since FNV alone leaves the low
 * bits of alike names alike. Every worker must come to the same answer: never change it while scans run.
 */
export const shardOf = (path: string, shardCount: number): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(path, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shardCount;
};
