import type { ArchiveEntry, EntryContent } from './archive-entry.ts';
import { isZero } from './archive-file.ts';
import { rejection } from './rejection.ts';
import { blockBytes, entryOf, overridesOf, parsePax, parseTarHeader, type TarOverrides } from './tar-header.ts';

/** Largest extended header or GNU long name. */
const metadataBytes = 1024 * 1024;

/** Pulls exact amounts from a stream of chunks, holding one chunk at a time. */
const createByteReader = (source: AsyncIterable<Buffer>) => {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);

  /** Up to `max` bytes; undefined at the end. */
  const some = async (max: number): Promise<Buffer | undefined> => {
    while (chunk.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      chunk = next.value;
    }
    const taken = chunk.subarray(0, max);
    chunk = chunk.subarray(taken.length);
    return taken;
  };

  /** Exactly `length` bytes; undefined at the end of the stream. @throws AppError when it ends in the middle. */
  const exactly = async (length: number): Promise<Buffer | undefined> => {
    if (length === 0) return Buffer.alloc(0);
    const first = await some(length);
    if (first === undefined || first.length === length) return first;
    const parts = [first];
    for (let have = first.length; have < length; ) {
      const part = await some(length - have);
      if (part === undefined) throw rejection('truncated', 'it ends in the middle of an entry');
      parts.push(part);
      have += part.length;
    }
    return Buffer.concat(parts);
  };

  return { some, exactly, close: async (): Promise<void> => void (await iterator.return?.()) };
};

const paddedLength = (length: number): number => Math.ceil(length / blockBytes) * blockBytes;

/**
 * Reads a tar as a stream. Our own reader rather than a library's, because a scanner must not see another tree than the program that
 * unpacks the archive later: names stay bytes, contradictions are refused (see `entryOf`), and nothing may follow the end.
 * @throws AppError `archive_rejected`
 */
export const readTar = async function* (
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly entry: ArchiveEntry; readonly content: EntryContent }> {
  const reader = createByteReader(source);
  const required = async (length: number): Promise<Buffer> => {
    const bytes = await reader.exactly(length);
    if (bytes === undefined) throw rejection('truncated', 'it ends without an end marker');
    return bytes;
  };
  const metadata = async (length: number): Promise<Buffer> => {
    if (length > metadataBytes) throw rejection('malformed', `an extended header is larger than ${metadataBytes} bytes`);
    return (await required(paddedLength(length))).subarray(0, length);
  };
  try {
    let pax: TarOverrides | undefined;
    let gnuName: Buffer | undefined;
    let linkNames = 0;
    for (;;) {
      const block = await required(blockBytes);
      if (isZero(block)) {
        if (pax !== undefined || gnuName !== undefined || linkNames > 0) throw rejection('truncated', 'an extended header has no entry');
        break;
      }
      const header = parseTarHeader(block);
      if (header === undefined) throw rejection('malformed', 'a header has a wrong checksum or a malformed number');
      if (header.type === 'g') {
        const records = parsePax(await metadata(header.sizeBytes));
        // git writes one with the commit as a comment; one that renames or resizes every entry has no honest use.
        if (records.has('path') || records.has('size') || records.has('linkpath'))
          throw rejection('pax_override', 'a global header overrides names or sizes');
        continue;
      }
      if (header.type === 'x') {
        if (pax !== undefined) throw rejection('pax_override', 'an entry has two extended headers');
        pax = overridesOf(parsePax(await metadata(header.sizeBytes)));
        continue;
      }
      if (header.type === 'L' || header.type === 'K') {
        const text = await metadata(header.sizeBytes);
        const nul = text.indexOf(0);
        if (header.type === 'K') {
          linkNames += 1;
        } else {
          if (gnuName !== undefined) throw rejection('pax_override', 'an entry has two long names');
          gnuName = Buffer.from(nul === -1 ? text : text.subarray(0, nul));
        }
        continue;
      }
      const entry = entryOf(header, pax ?? {}, gnuName);
      pax = undefined;
      gnuName = undefined;
      linkNames = 0;

      let left = entry.sizeBytes;
      const read = async function* (): AsyncGenerator<Buffer> {
        while (left > 0) {
          const part = await reader.some(left);
          if (part === undefined) throw rejection('truncated', 'ends in the middle', { entry: entry.name.text });
          left -= part.length;
          yield part;
        }
      };
      yield { entry, content: read };
      for await (const _part of read());
      await required(paddedLength(entry.sizeBytes) - entry.sizeBytes);
    }
    for (let rest = await reader.some(65_536); rest !== undefined; rest = await reader.some(65_536)) {
      if (!isZero(rest)) throw rejection('trailing_data', 'something follows its end marker');
    }
  } finally {
    await reader.close();
  }
};
