import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** Writes zip and tar files byte by byte, so that a test can make every header lie. */

export interface TarPart {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** One character, default `0`. */
  readonly type?: string;
  readonly mode?: number;
  readonly linkName?: string;
  /** What the header says instead of the content's length. */
  readonly declaredBytes?: number;
  readonly prefix?: string;
}

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

export const tarHeader = (part: TarPart): Buffer => {
  const block = Buffer.alloc(512);
  Buffer.from(part.name as string).copy(block, 0, 0, 100);
  block.write(octal(part.mode ?? 0o644, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(part.declaredBytes ?? Buffer.byteLength(part.content ?? ''), 11), 124, 'latin1');
  block.write(octal(0, 11), 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(part.type ?? '0', 156, 'latin1');
  block.write(part.linkName ?? '', 157, 100, 'utf8');
  block.write('ustar\u000000', 257, 'latin1');
  block.write(part.prefix ?? '', 345, 155, 'utf8');
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
};

export const tarEntry = (part: TarPart): Buffer => {
  const content = Buffer.from((part.content ?? '') as string);
  return Buffer.concat([tarHeader(part), content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
};

export const paxRecord = (key: string, value: string): string => {
  const body = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(body);
  while (`${length}`.length + Buffer.byteLength(body) !== length) length = `${length}`.length + Buffer.byteLength(body);
  return `${length}${body}`;
};

export const endOfTar: Buffer = Buffer.alloc(1024);

export const tar = (parts: readonly (TarPart | Buffer)[]): Buffer =>
  Buffer.concat([...parts.map((part) => (Buffer.isBuffer(part) ? part : tarEntry(part))), endOfTar]);

export const gzip = (bytes: Buffer): Buffer => gzipSync(bytes);

export interface ZipPart {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Unix mode with the file type; default a regular file. */
  readonly mode?: number;
  /** 0 or 8; another one is only written down. */
  readonly method?: number;
  readonly flags?: number;
  readonly descriptor?: boolean;
  /** What the local header says, where it is to differ. */
  readonly localName?: string;
  readonly localMethod?: number;
  readonly declaredBytes?: number;
  readonly declaredCrc?: number;
  /** Bytes hidden behind the deflated content. */
  readonly padding?: Buffer;
  readonly extra?: Buffer;
  /** What stands in the place of the data descriptor. */
  readonly descriptorBytes?: Buffer;
  /** Bytes between this entry and the next. */
  readonly behind?: Buffer;
  /** Points at another entry's local header. */
  readonly offset?: number;
}

export interface ZipShape {
  readonly before?: Buffer;
  readonly beforeDirectory?: Buffer;
  readonly after?: Buffer;
  readonly comment?: Buffer;
  readonly declaredCount?: number;
  /** Adds the end record and locator of zip64, with what they say instead of the truth. */
  readonly zip64?: { readonly count?: number; readonly directoryOffset?: number };
}

export const zip = (parts: readonly ZipPart[], shape: ZipShape = {}): Buffer => {
  const chunks: Buffer[] = [shape.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let at = chunks[0]?.length ?? 0;
  const push = (chunk: Buffer): void => {
    chunks.push(chunk);
    at += chunk.length;
  };
  for (const part of parts) {
    const content = Buffer.from((part.content ?? '') as string);
    const method = part.method ?? (content.length > 0 ? 8 : 0);
    const packed = Buffer.concat([method === 8 ? deflateRawSync(content) : content, part.padding ?? Buffer.alloc(0)]);
    const name = Buffer.from(part.name as string);
    const localName = part.localName === undefined ? name : Buffer.from(part.localName);
    const extra = part.extra ?? Buffer.alloc(0);
    const flags = (part.flags ?? 0) | (part.descriptor === true ? 8 : 0);
    const crc = part.declaredCrc ?? crc32(content);
    const size = part.declaredBytes ?? content.length;
    const offset = part.offset ?? at;

    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(part.localMethod ?? method, 8);
    if (part.descriptor !== true) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(packed.length, 18);
      local.writeUInt32LE(size, 22);
    }
    local.writeUInt16LE(localName.length, 26);
    local.writeUInt16LE(extra.length, 28);
    if (part.offset === undefined) {
      push(Buffer.concat([local, localName, extra, packed]));
      if (part.descriptor === true) {
        const descriptor = Buffer.alloc(16);
        descriptor.writeUInt32LE(0x08074b50, 0);
        descriptor.writeUInt32LE(crc, 4);
        descriptor.writeUInt32LE(packed.length, 8);
        descriptor.writeUInt32LE(size, 12);
        push(part.descriptorBytes ?? descriptor);
      }
      push(part.behind ?? Buffer.alloc(0));
    }

    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt16LE(part.mode ?? 0o100644, 40);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name, extra);
  }
  push(shape.beforeDirectory ?? Buffer.alloc(0));
  const directoryOffset = at;
  const directoryBytes = Buffer.concat(directory);
  push(directoryBytes);
  if (shape.zip64 !== undefined) {
    const large = Buffer.alloc(56 + 20);
    large.writeUInt32LE(0x06064b50, 0);
    large.writeBigUInt64LE(44n, 4);
    large.writeBigUInt64LE(BigInt(shape.zip64.count ?? parts.length), 24);
    large.writeBigUInt64LE(BigInt(shape.zip64.count ?? parts.length), 32);
    large.writeBigUInt64LE(BigInt(directoryBytes.length), 40);
    large.writeBigUInt64LE(BigInt(shape.zip64.directoryOffset ?? directoryOffset), 48);
    large.writeUInt32LE(0x07064b50, 56);
    large.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes.length), 64);
    large.writeUInt32LE(1, 72);
    push(large);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(shape.declaredCount ?? parts.length, 8);
  end.writeUInt16LE(shape.declaredCount ?? parts.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(directoryOffset, 16);
  end.writeUInt16LE(shape.comment?.length ?? 0, 20);
  push(Buffer.concat([end, shape.comment ?? Buffer.alloc(0), shape.after ?? Buffer.alloc(0)]));
  return Buffer.concat(chunks);
};
