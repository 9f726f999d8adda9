import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { readBounded } from './bounded-read.ts';
import { flag } from './git-command.ts';
import { type GitOptions, runGit } from './git-process.ts';
import { causeIn } from './git-text.ts';

/**
 * Attributes in a tree decide nothing for us: no conversion, no filter, and a diff shows every text file as text (an attribute could
 * otherwise hide a file from `log -p`). This file wins over all others.
 */
export const neutralAttributes = '* -text -eol -ident -filter -working-tree-encoding !diff !merge -export-ignore -export-subst\n';

const shallowLimitBytes = 16 * 1024 ** 2;
const refsLimitBytes = 64 * 1024 ** 2;
const idPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A new, empty repository of ours: no template, no remotes, no hooks. `gitDir` exists and is empty. */
export const initRepository = async (objectFormat: 'sha1' | 'sha256', options: Omit<GitOptions, 'maxOutputBytes'>): Promise<void> => {
  const format = objectFormat === 'sha256' ? flag('--object-format=sha256') : flag('--object-format=sha1');
  const result = await runGit(
    { name: 'init', flags: [flag('--quiet'), flag('--bare'), flag('--template='), format] },
    { ...options, maxOutputBytes: 65_536 },
  );
  if (result.exitCode !== 0) throw new AppError('git_failed', `cannot make a repository: ${causeIn(result.stderr)}`);
  await mkdir(join(options.gitDir, 'info'), { recursive: true });
  await writeFile(join(options.gitDir, 'info', 'attributes'), neutralAttributes);
};

/** Of a linked work tree the objects are in the repository it belongs to; its own files are not asked where that is. */
const objectsOf = (gitDir: string): string =>
  join(basename(dirname(gitDir)) === 'worktrees' ? dirname(dirname(gitDir)) : gitDir, 'objects');

/** Ids of everything the repository's references name. Hostile configuration can make this fail, nothing else. */
const referencedIds = async (gitDir: string, options: Omit<GitOptions, 'gitDir' | 'maxOutputBytes'>): Promise<readonly string[]> => {
  const result = await runGit(
    { name: 'for-each-ref', flags: [flag('--format=%(objectname)')] },
    { ...options, gitDir, maxOutputBytes: refsLimitBytes },
  );
  if (result.exitCode !== 0) throw new AppError('git_failed', `the references of the repository cannot be read: ${causeIn(result.stderr)}`);
  return [
    ...new Set(
      result.stdout
        .toString('latin1')
        .split('\n')
        .filter((line) => idPattern.test(line)),
    ),
  ];
};

/**
 * A repository in `directory` that borrows the objects of another one and nothing else: configuration, hooks, attributes, grafts and
 * replacements are ours. This is how the history of a repository in place is read, since a `.git` directory may have come with the
 * files. `commit` is its HEAD; with `allRefs`, `--all` means what it means in the other repository, under other names. Otherwise ask it
 * for commits by their full id. Removing `directory` removes it; the other repository is only read.
 * @throws AppError `git_failed`
 */
export const shadowRepository = async (
  source: { readonly gitDir: string; readonly commit: string; readonly allRefs?: boolean },
  { directory, ...options }: Omit<GitOptions, 'gitDir' | 'maxOutputBytes'> & { readonly directory: string },
): Promise<string> => {
  const gitDir = directory;
  await mkdir(gitDir, { recursive: true });
  await initRepository(source.commit.length === 64 ? 'sha256' : 'sha1', { ...options, gitDir });
  const objects = objectsOf(source.gitDir);
  // Quoted, because a path may hold a line feed.
  const quoted = `"${objects.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${quoted}\n`);
  // Where the history was cut off when it was fetched: without it git takes the missing parents for damage.
  const shallow = readBounded(join(dirname(objects), 'shallow'), shallowLimitBytes);
  if (shallow.kind === 'read') {
    const ids = shallow.bytes
      .toString('latin1')
      .split('\n')
      .filter((line) => idPattern.test(line));
    if (ids.length > 0) await writeFile(join(gitDir, 'shallow'), `${ids.join('\n')}\n`);
  }
  await writeFile(join(gitDir, 'HEAD'), `${source.commit}\n`);
  if (source.allRefs === true) {
    const ids = await referencedIds(source.gitDir, options);
    await writeFile(join(gitDir, 'packed-refs'), ids.map((id, index) => `${id} refs/shadow/${index}\n`).join(''));
  }
  return gitDir;
};
