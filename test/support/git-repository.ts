import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** One entry of a tree, written as it is: names that git itself would refuse are fine. */
export interface TreeEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000' | '40000';
  readonly name: string | Buffer;
  readonly id: string;
}

export interface TestRepository {
  readonly path: string;
  readonly git: (args: readonly string[], input?: string | Buffer) => string;
  readonly blob: (content: string | Buffer) => string;
  readonly tree: (entries: readonly TreeEntry[]) => string;
  /** Tree of files by path. */
  readonly treeOf: (files: Readonly<Record<string, string | Buffer>>) => string;
  /** Commits a tree on a branch, on top of what is there. */
  readonly commitTree: (tree: string, options?: { readonly branch?: string; readonly message?: string }) => string;
  readonly commit: (
    files: Readonly<Record<string, string | Buffer>>,
    options?: { readonly branch?: string; readonly message?: string },
  ) => string;
}

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** Environment of a git process of a test: nothing of the machine's own configuration. */
export const testGitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/dev/null',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_DATE: '2024-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2024-01-01T00:00:00Z',
  ...identity,
};

/** A bare repository at `path`, made with git's plumbing so that its content can be anything. */
export const createRepository = (
  path: string,
  options: { readonly defaultBranch?: string; readonly objectFormat?: 'sha1' | 'sha256' } = {},
): TestRepository => {
  const { defaultBranch = 'main', objectFormat = 'sha1' } = options;
  const git = (args: readonly string[], input: string | Buffer = ''): string =>
    execFileSync('git', [...args], {
      env: { ...testGitEnvironment, GIT_DIR: path },
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 ** 2,
    })
      .toString('utf8')
      .trim();
  mkdirSync(path, { recursive: true });
  git(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, `--object-format=${objectFormat}`]);
  git(['config', 'gc.auto', '0']);

  // Loose objects, written directly: a process a file would make large trees slow, and git would check the names.
  const write = (type: 'blob' | 'tree', content: Buffer): string => {
    const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const id = createHash(objectFormat).update(object).digest('hex');
    const folder = join(path, 'objects', id.slice(0, 2));
    const file = join(folder, id.slice(2));
    if (existsSync(file)) return id;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, deflateSync(object, { level: 1 }));
    return id;
  };
  const blob = (content: string | Buffer): string => write('blob', Buffer.from(content as string));
  const tree = (entries: readonly TreeEntry[]): string => {
    const nameOf = (entry: TreeEntry): Buffer => Buffer.from(entry.name as string);
    const sortKey = (entry: TreeEntry): Buffer => Buffer.concat([nameOf(entry), Buffer.from(entry.mode === '40000' ? '/' : '')]);
    const raw = entries
      .toSorted((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
      .map((entry) => Buffer.concat([Buffer.from(`${entry.mode} `), nameOf(entry), Buffer.from([0]), Buffer.from(entry.id, 'hex')]));
    return write('tree', Buffer.concat(raw));
  };
  const treeOf = (files: Readonly<Record<string, string | Buffer>>): string => {
    const below = new Map<string, Record<string, string | Buffer>>();
    const entries: TreeEntry[] = [];
    for (const [name, content] of Object.entries(files)) {
      const slash = name.indexOf('/');
      if (slash < 0) entries.push({ mode: '100644', name, id: blob(content) });
      else below.set(name.slice(0, slash), { ...below.get(name.slice(0, slash)), [name.slice(slash + 1)]: content });
    }
    for (const [name, content] of below) entries.push({ mode: '40000', name, id: treeOf(content) });
    return tree(entries);
  };
  const tip = (branch: string): string | undefined => {
    try {
      return git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
    } catch {
      return undefined;
    }
  };
  const commitTree: TestRepository['commitTree'] = (treeId, { branch = defaultBranch, message = 'change' } = {}) => {
    const parent = tip(branch);
    const id = git(['commit-tree', treeId, ...(parent === undefined ? [] : ['-p', parent]), '-m', message]);
    git(['update-ref', `refs/heads/${branch}`, id]);
    return id;
  };
  return { path, git, blob, tree, treeOf, commitTree, commit: (files, commitOptions) => commitTree(treeOf(files), commitOptions) };
};
