import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FileCoverage } from '../domain/coverage.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout, CheckoutBudgets, FileEntry } from '../ports/checkout/checkout.ts';
import { flag, userValue } from '../ports/checkout/git-command.ts';
import { runGit, streamGit } from '../ports/checkout/git-process.ts';
import { shadowRepository } from '../ports/checkout/git-shadow.ts';
import { decodeName } from '../ports/checkout/path-names.ts';
import { createFileReader } from './pool/read-file.ts';
import type { PlannedItem } from './run-file-engines.ts';

/** Where blobs are read: a shadow of the repository, so that nothing of its configuration counts. */
interface BlobSource {
  readonly gitDir: string;
  /** As in `GitRepository`. */
  readonly prefix: string;
  readonly searchPath: string;
  readonly timeoutMs: number;
}

interface Blob {
  readonly path: string;
  readonly id: string;
  readonly sizeBytes: number;
}

export interface Change {
  /** Files that are new, or hold other bytes than at the earlier revision. */
  readonly files: readonly FileEntry[];
  /** Manifest rows of the others: they cannot hold anything new. */
  readonly unchanged: readonly FileCoverage[];
  /** What the earlier revision had that is not there unchanged, for the comparison. */
  readonly readBefore: () => AsyncGenerator<PlannedItem>;
  readonly beforeBytes: number;
}

const listingBytes = 512 * 1024 ** 2;
/** Between two looks at the signal while files are hashed. */
const hashedPerSlice = 256;

/** The regular files of a revision, below the scanned directory. */
const listBlobs = async (source: BlobSource, revision: string, signal: AbortSignal): Promise<Blob[]> => {
  const { exitCode, stdout, stderr } = await runGit(
    { name: 'ls-tree', flags: [flag('-r'), flag('-z'), flag('--long'), flag('--full-tree')], values: [userValue(revision)] },
    { gitDir: source.gitDir, searchPath: source.searchPath, timeoutMs: source.timeoutMs, maxOutputBytes: listingBytes, signal },
  );
  if (exitCode !== 0)
    throw new AppError('git_failed', `the tree of ${revision} cannot be read`, { details: { stderr: stderr.slice(0, 500) } });
  const blobs: Blob[] = [];
  for (const row of stdout.toString('latin1').split('\0')) {
    const match = /^100(?:644|755) blob ([0-9a-f]{40}|[0-9a-f]{64}) +(\d+)\t(.+)$/s.exec(row);
    if (match === null) continue;
    const [, id = '', size, name = ''] = match;
    const path = decodeName(Buffer.from(name, 'latin1')).text;
    if (path.startsWith(source.prefix)) blobs.push({ path: path.slice(source.prefix.length), id, sizeBytes: Number(size) });
  }
  return blobs;
};

const blobId = (bytes: Uint8Array, idLength: number): string =>
  createHash(idLength === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');

/** Contents of blobs, one `cat-file` process for all. */
async function* readBlobs(source: BlobSource, blobs: readonly Blob[], signal: AbortSignal): AsyncGenerator<PlannedItem> {
  if (blobs.length === 0) return;
  const batch = streamGit(
    { name: 'cat-file', flags: [flag('--batch')] },
    { gitDir: source.gitDir, searchPath: source.searchPath, timeoutMs: source.timeoutMs, maxOutputBytes: Number.POSITIVE_INFINITY, signal },
  );
  batch.stdin.end(blobs.map((blob) => `${blob.id}\n`).join(''));
  let pending: Buffer = Buffer.alloc(0);
  const chunks = batch.stdout[Symbol.asyncIterator]();
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done === true) {
      await batch.done;
      throw new AppError('git_failed', 'git cat-file ended early');
    }
    pending = pending.length === 0 ? (next.value as Buffer) : Buffer.concat([pending, next.value as Buffer]);
  };
  for (const blob of blobs) {
    while (!pending.includes(10)) await more();
    const headerEnd = pending.indexOf(10);
    const header = pending.toString('latin1', 0, headerEnd);
    if (header !== `${blob.id} blob ${blob.sizeBytes}`) throw new AppError('git_integrity', `git has no readable object ${blob.id}`);
    pending = pending.subarray(headerEnd + 1);
    const parts: Buffer[] = [];
    let missing = blob.sizeBytes + 1;
    while (pending.length < missing) {
      parts.push(pending);
      missing -= pending.length;
      pending = Buffer.alloc(0);
      await more();
    }
    parts.push(pending.subarray(0, missing));
    pending = pending.subarray(missing);
    yield { path: blob.path, sizeBytes: blob.sizeBytes, text: new Uint8Array(Buffer.concat(parts).subarray(0, blob.sizeBytes)) };
  }
  await batch.done;
}

/**
 * What a checkout changed since an earlier revision, told by content: a file counts as unchanged when git would give it the same object
 * id. The working tree is hashed here, so uncommitted work counts and no filter of the repository runs.
 * @throws AppError `git_history_missing`, `git_failed`, the signal's reason
 */
export const changedSince = async (
  checkout: Checkout,
  { budgets, scratchDir, searchPath }: { readonly budgets: CheckoutBudgets; readonly scratchDir: string; readonly searchPath: string },
  { signal }: { readonly signal: AbortSignal },
): Promise<Change> => {
  const { repository, files } = checkout;
  if (repository?.sinceCommit === undefined) {
    throw new AppError('git_history_missing', `${checkout.target.location} has no git history to compare with`, {
      hint: 'Leave --since out, or compare with --baseline.',
    });
  }
  const gitDir = await shadowRepository(repository, {
    directory: join(scratchDir, 'since'),
    searchPath,
    timeoutMs: budgets.timeoutMs,
    signal,
  });
  const source: BlobSource = { gitDir, searchPath, prefix: repository.prefix, timeoutMs: budgets.timeoutMs };
  const before = await listBlobs(source, repository.sinceCommit, signal);
  const idAt = new Map(before.map((blob) => [blob.path, blob.id]));
  const read = createFileReader(checkout.root, budgets.fileBytes);
  const same = new Set<string>();
  for (const [index, file] of files.entries()) {
    if (index % hashedPerSlice === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
    }
    const id = idAt.get(file.path);
    if (id === undefined) continue;
    const outcome = read(file.path, file.pathBytes);
    if (outcome.ok && blobId(outcome.bytes, id.length) === id) same.add(file.path);
  }
  const removedOrChanged = before.filter((blob) => !same.has(blob.path) && blob.sizeBytes <= budgets.fileBytes);
  const short = repository.sinceCommit.slice(0, 12);
  return {
    files: files.filter((file) => !same.has(file.path)),
    unchanged: files
      .filter((file) => same.has(file.path))
      .map((file) => ({
        path: file.path,
        sizeBytes: file.sizeBytes,
        state: 'excluded',
        reason: 'unchanged',
        detail: `same as at ${short}`,
      })),
    readBefore: () => readBlobs(source, removedOrChanged, signal),
    beforeBytes: removedOrChanged.reduce((sum, blob) => sum + blob.sizeBytes, 0),
  };
};
