import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { isSystemError } from '../../lib/errors.ts';

/** O_EXCL and O_NOFOLLOW: whatever earlier checks missed, an existing file is not opened and no link is followed. */
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface NewFile {
  readonly write: (chunk: Buffer) => void;
  readonly close: () => void;
}

export interface TreeWriter {
  /** A new, empty file, and the directories above it; a string says why this file system cannot hold it. */
  readonly create: (file: { readonly path: string; readonly pathBytes?: Buffer }, mode: 0o644 | 0o755) => NewFile | string;
}

const problems: Readonly<Record<string, string>> = {
  EEXIST: 'another file already has this name on this file system',
  ENOTDIR: 'another file already has the name of its directory on this file system',
  ENAMETOOLONG: 'the name is too long for this file system',
  EILSEQ: 'this file system cannot hold the name',
  EINVAL: 'this file system cannot hold the name',
};

/** Writes files below `root`, a new empty directory that nobody else writes to. Paths are relative and have been checked. */
export const createTreeWriter = (root: string): TreeWriter => {
  const rootBytes = Buffer.from(`${root}/`);
  const made = new Set<string>(['']);
  return {
    create: ({ path, pathBytes = Buffer.from(path) }, mode) => {
      const directory = pathBytes.subarray(0, Math.max(0, pathBytes.lastIndexOf(0x2f)));
      const key = directory.toString('latin1');
      let descriptor: number;
      try {
        if (!made.has(key)) mkdirSync(Buffer.concat([rootBytes, directory]), { recursive: true, mode: 0o755 });
        made.add(key);
        descriptor = openSync(Buffer.concat([rootBytes, pathBytes]), newFile, mode);
      } catch (error) {
        const problem = isSystemError(error) ? problems[error.code ?? ''] : undefined;
        if (problem === undefined) throw error;
        return problem;
      }
      return {
        write: (chunk) => {
          for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
        },
        close: () => closeSync(descriptor),
      };
    },
  };
};
