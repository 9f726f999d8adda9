import { AppError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import type { ArchiveEntry } from './archive-entry.ts';
import { checkEntryName, collisionKey, type EntryPath } from './entry-name.ts';
import { type RejectionReason, rejection } from './rejection.ts';

/** Bytes of all names together. */
const nameBytesTotal = 64 * 1024 * 1024;

interface Node {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly hasOtherBytes: boolean;
  readonly children: Map<string, Node>;
}

export interface AdmittedEntry {
  readonly path: EntryPath;
  /** Position of a `.git` component: the entry is left out. */
  readonly gitAt: number | undefined;
}

/** The names of an archive, seen as a whole: what may stand beside what. */
export interface EntryTree {
  /** @throws AppError `archive_rejected`, `file_limit` */
  readonly admit: (entry: ArchiveEntry) => AdmittedEntry;
  /** The one directory that holds every entry, if there is one. */
  readonly commonTop: () => string | undefined;
}

export const createEntryTree = (budgets: Pick<CheckoutBudgets, 'files' | 'pathBytes' | 'nameBytes' | 'depth'>): EntryTree => {
  const root: Node = { name: '', kind: 'directory', hasOtherBytes: false, children: new Map() };
  let entries = 0;
  let nodes = 0;
  let nameBytes = 0;
  let anyFromDot = false;

  const tooMany = (): AppError =>
    new AppError('file_limit', `the archive holds more than ${budgets.files} entries`, {
      hint: 'Raise the budget for files, or unpack a part of it and scan the directory.',
    });

  const insert = (entry: ArchiveEntry, path: EntryPath): void => {
    const refuse = (reason: RejectionReason, what: string): never => {
      throw rejection(reason, what, { entry: entry.name.text });
    };
    let parent = root;
    for (const [index, name] of path.components.entries()) {
      const isLast = index === path.components.length - 1;
      const kind = isLast ? entry.kind : 'directory';
      const key = collisionKey(name);
      const present = parent.children.get(key);
      if (present === undefined) {
        nodes += 1;
        // Directories are counted too: deep paths must not make more of them than files are allowed.
        if (nodes > budgets.files * 2) throw tooMany();
        const node: Node = { name, kind, hasOtherBytes: path.componentBytes !== undefined, children: new Map() };
        parent.children.set(key, node);
        parent = node;
        continue;
      }
      if (present.name !== name) refuse('name_collision', `differs from another entry only in case or Unicode form ("${present.name}")`);
      if (present.kind === 'link' && !isLast) refuse('below_link', 'lies below a symbolic link');
      if (isLast && kind !== 'directory' && present.kind !== 'directory') refuse('duplicate_name', 'appears twice');
      if (present.kind !== kind) refuse('path_conflict', 'is a file in one entry and a directory in another');
      parent = present;
    }
  };

  return {
    admit: (entry) => {
      entries += 1;
      if (entries > budgets.files) throw tooMany();
      nameBytes += entry.name.bytes?.length ?? Buffer.byteLength(entry.name.text);
      if (nameBytes > nameBytesTotal)
        throw rejection('path_too_long', `its names are longer than ${nameBytesTotal / 1024 ** 2} MiB together`);
      const path = checkEntryName(entry.name, budgets);
      anyFromDot ||= path.fromDot;
      if (path.components.length === 0) {
        if (entry.kind !== 'directory') throw rejection('path_conflict', 'is not a directory', { entry: entry.name.text });
        anyFromDot = true;
      }
      insert(entry, path);
      const gitAt = path.components.indexOf('.git');
      return { path, gitAt: gitAt === -1 ? undefined : gitAt };
    },
    commonTop: () => {
      const [top, ...others] = root.children.values();
      if (anyFromDot || top === undefined || others.length > 0 || top.kind !== 'directory') return undefined;
      return top.name === '.git' || top.hasOtherBytes ? undefined : top.name;
    },
  };
};
