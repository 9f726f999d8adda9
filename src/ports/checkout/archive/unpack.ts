import type { FileCoverage } from '../../../domain/coverage.ts';
import type { OnProgress } from '../../../domain/progress.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import { linkRow, tooLargeRow, unwritableRow } from '../left-out.ts';
import { createTreeWriter } from '../tree-writer.ts';
import { createSlices } from '../work-slices.ts';
import type { ArchiveEntry, EntryContent } from './archive-entry.ts';
import { type ArchiveFormat, tarBytes } from './archive-file.ts';
import { bomb, isBomb } from './bomb.ts';
import type { EntryPath } from './entry-name.ts';
import { type AdmittedEntry, createEntryTree } from './entry-tree.ts';
import { readTar } from './tar-reader.ts';
import { openZip } from './zip-reader.ts';

const progressEveryBytes = 4 * 1024 * 1024;
const progressEveryFiles = 256;

export interface Unpacked {
  /** Rows of what was not written, as named in the archive. */
  readonly leftOut: readonly FileCoverage[];
  /** The one directory that holds every entry, if there is one. */
  readonly commonTop: string | undefined;
}

export interface UnpackOptions {
  readonly fd: number;
  readonly sizeBytes: number;
  readonly format: ArchiveFormat;
  /** Absolute, empty, private. */
  readonly into: string;
  readonly budgets: CheckoutBudgets;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

const sizeLimit = (budgets: CheckoutBudgets): AppError =>
  new AppError('size_limit', `the archive unpacks to more than ${budgets.checkoutBytes} bytes`, {
    hint: 'Raise the budget for unpacked bytes, or unpack a part of it and scan the directory.',
  });

const bytesOf = ({ componentBytes }: EntryPath): Buffer | undefined =>
  componentBytes &&
  Buffer.concat(componentBytes.flatMap((component, index) => (index === 0 ? [component] : [Buffer.from('/'), component])));

/**
 * Writes the regular files of an archive below `into`. Links are never made, so none can be followed: they are listed and left out,
 * wherever they point, because honest source archives hold them; an entry that lies below one is an attack and ends it. `.git` is left
 * out as well, since its hooks, settings and alternates belong to whoever made the archive.
 * @throws AppError `archive_rejected`, `file_limit`, `size_limit`, or the signal's reason; the caller removes `into` then.
 */
export const unpack = async (options: UnpackOptions): Promise<Unpacked> => {
  const { fd, sizeBytes, format, into, budgets, onProgress, signal } = options;
  const tree = createEntryTree(budgets);
  const writer = createTreeWriter(into);
  const pause = createSlices({ signal });
  const leftOut: FileCoverage[] = [];
  const gitRows = new Set<string>();
  let declaredBytes = 0;
  let writtenBytes = 0;
  let writtenFiles = 0;
  let reported = { files: 0, bytes: 0 };

  const report = (force: boolean): void => {
    if (!force && writtenFiles - reported.files < progressEveryFiles && writtenBytes - reported.bytes < progressEveryBytes) return;
    reported = { files: writtenFiles, bytes: writtenBytes };
    onProgress({ type: 'unpack', files: writtenFiles, bytes: writtenBytes });
  };

  const admit = (entry: ArchiveEntry, compressedBytes: number | undefined): AdmittedEntry => {
    const admitted = tree.admit(entry);
    declaredBytes += entry.sizeBytes;
    if (compressedBytes !== undefined && isBomb(entry.sizeBytes, compressedBytes)) throw bomb(entry.name.text);
    // A tar has no sizes of its own: there the whole file is the measure.
    if (isBomb(declaredBytes, sizeBytes)) throw bomb();
    if (declaredBytes > budgets.checkoutBytes) throw sizeLimit(budgets);
    return admitted;
  };

  /** The row of an entry that is not written. */
  const exclusionOf = (entry: ArchiveEntry, { path, gitAt }: AdmittedEntry): FileCoverage | undefined => {
    const name = path.components.join('/');
    if (gitAt !== undefined) {
      const isInside = gitAt < path.components.length - 1 || entry.kind === 'directory';
      const row = `${path.components.slice(0, gitAt + 1).join('/')}${isInside ? '/' : ''}`;
      return { path: row, state: 'excluded', reason: 'ignored', detail: "git's own data; it is never taken from an archive" };
    }
    if (entry.kind === 'link') return linkRow(name);
    if (entry.sizeBytes > budgets.fileBytes) return tooLargeRow(name, entry.sizeBytes, budgets.fileBytes);
    return undefined;
  };

  const write = async (entry: ArchiveEntry, admitted: AdmittedEntry, content: EntryContent): Promise<void> => {
    const excluded = exclusionOf(entry, admitted);
    if (excluded !== undefined) {
      if (admitted.gitAt === undefined) leftOut.push(excluded);
      else if (!gitRows.has(excluded.path)) {
        gitRows.add(excluded.path);
        leftOut.push(excluded);
      }
      return;
    }
    if (entry.kind === 'directory') return;
    const path = admitted.path.components.join('/');
    const pathBytes = bytesOf(admitted.path);
    const file = writer.create({ path, ...(pathBytes === undefined ? {} : { pathBytes }) }, entry.isExecutable ? 0o755 : 0o644);
    if (typeof file === 'string') {
      leftOut.push(unwritableRow(path, entry.sizeBytes, file));
      return;
    }
    try {
      for await (const piece of content()) {
        file.write(piece);
        writtenBytes += piece.length;
        report(false);
        await pause();
      }
    } finally {
      file.close();
    }
    writtenFiles += 1;
    report(false);
  };

  try {
    if (format === 'zip') {
      const { entries } = await openZip(fd, sizeBytes, budgets.files, pause);
      const admitted: { readonly path: AdmittedEntry; readonly zip: (typeof entries)[number] }[] = [];
      for (const zip of entries) {
        admitted.push({ path: admit(zip.entry, zip.compressedBytes), zip });
        await pause();
      }
      for (const { path, zip } of admitted) {
        await write(zip.entry, path, zip.content);
        await pause();
      }
    } else {
      for await (const { entry, content } of readTar(tarBytes(fd, sizeBytes, format, pause))) {
        await write(entry, admit(entry, undefined), content);
        await pause();
      }
    }
  } catch (error) {
    if (isSystemError(error, 'ENOSPC', 'EDQUOT')) {
      throw new AppError('size_limit', 'there is no room left on the disk for the unpacked archive', {
        hint: 'Free some space, or set TMPDIR to a larger disk.',
        cause: error,
      });
    }
    throw error;
  }
  report(true);
  return { leftOut, commonTop: tree.commonTop() };
};
