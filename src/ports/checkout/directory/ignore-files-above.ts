import { dirname, join, relative, sep } from 'node:path';
import { readBounded } from '../bounded-read.ts';
import { createIgnoreRules, type IgnoreRules, ignoreFileBytes } from '../ignore-rules.ts';
import type { RepositoryLocation } from './repository.ts';

export interface RulesAbove {
  readonly git: IgnoreRules;
  readonly sightline: IgnoreRules;
  /** Where the scanned directory lies in the repository, '' at its top. */
  readonly prefix: string;
}

/** Rules of the repository that lie outside the scanned directory: `info/exclude`, and the ignore files of every directory above it. */
export const readRulesAbove = (root: string, repository: RepositoryLocation | undefined, warn: (warning: string) => void): RulesAbove => {
  const git = createIgnoreRules();
  const sightline = createIgnoreRules();
  if (repository === undefined) return { git, sightline, prefix: '' };

  const add = (rules: IgnoreRules, directory: string, path: string): void => {
    const read = readBounded(path, ignoreFileBytes);
    if (read.kind === 'missing') return;
    const name = relative(repository.top, path).split(sep).join('/');
    const warning =
      read.kind === 'read'
        ? rules.add({ directory, name, text: read.bytes.toString('utf8') })
        : `${name} is not honoured: it is not a readable regular file of moderate size`;
    if (warning !== undefined) warn(warning);
  };
  const inRepository = (path: string): string => relative(repository.top, path).split(sep).join('/');

  add(git, '', join(repository.commonDir, 'info', 'exclude'));
  const above: string[] = [];
  for (let directory = root; directory !== repository.top && directory !== dirname(directory); ) {
    directory = dirname(directory);
    above.unshift(directory);
  }
  for (const directory of above) {
    add(git, inRepository(directory), join(directory, '.gitignore'));
    add(sightline, inRepository(directory), join(directory, '.sightlineignore'));
  }
  return { git, sightline, prefix: inRepository(root) };
};
