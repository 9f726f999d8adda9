import { expect, it } from 'vitest';
import { parseIndex } from './index-file.ts';

/** A version 4 index without checksum, where every path repeats all but the last byte of the one before it. */
const indexOf = (first: string, count: number): Buffer => {
  const head = Buffer.alloc(12);
  head.write('DIRC', 'latin1');
  head.writeUInt32BE(4, 4);
  head.writeUInt32BE(count, 8);
  const entry = (strip: number, name: string): Buffer => {
    const stat = Buffer.alloc(62);
    stat.writeUInt32BE(0o100644, 24);
    return Buffer.concat([stat, Buffer.from([strip]), Buffer.from(`${name}\0`)]);
  };
  const repeated = Buffer.alloc((count - 1) * 65);
  repeated.fill(entry(1, 'b'));
  return Buffer.concat([head, entry(0, first), repeated, Buffer.alloc(20)]);
};

it('reads paths that are written as differences', () => {
  expect([...(parseIndex(indexOf('dir/a', 2), 20)?.files ?? [])]).toEqual(['dir/a', 'dir/b']);
});

it('takes an index for none whose paths unfold to much more than the file', () => {
  const index = indexOf(`${'x'.repeat(4000)}a`, 80_000);
  expect(index.length).toBeLessThan(6_000_000);
  expect(parseIndex(index, 20)).toBeUndefined();
});
