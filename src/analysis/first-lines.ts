import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkout } from '../ports/checkout/checkout.ts';
import { openFlags } from './pool/read-file.ts';

const lineBytes = 256;

/** Of a file that may be gone, a link or a pipe by now: '' then, and whoever analyses it says why. */
const readLine = async (place: string | Buffer): Promise<string> => {
  try {
    const file = await open(place, openFlags);
    try {
      if (!(await file.stat()).isFile()) return '';
      const { buffer, bytesRead } = await file.read(Buffer.alloc(lineBytes), 0, lineBytes, 0);
      return /^[^\r\n]*/.exec(buffer.toString('latin1', 0, bytesRead))?.[0] ?? '';
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
};

/** Reads the beginning of files, for engines that cannot tell from its name what a file is. */
export const createFirstLineReader = ({ root, files }: Pick<Checkout, 'root' | 'files'>): ((path: string) => Promise<string>) => {
  let oddNames: ReadonlyMap<string, Uint8Array> | undefined;
  return (path) => {
    oddNames ??= new Map(files.flatMap((file) => (file.pathBytes === undefined ? [] : [[file.path, file.pathBytes] as const])));
    const bytes = oddNames.get(path);
    return readLine(bytes === undefined ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), bytes]));
  };
};
