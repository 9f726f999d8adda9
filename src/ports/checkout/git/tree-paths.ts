import { AppError } from '../../../lib/errors.ts';
import { isGitDirectoryName, nameForMessage } from '../path-names.ts';

/** Nearly all paths hold nothing that could be one of the names below; one look decides that. */
const suspicious = /(?:^|\/)(?:\.|\/|git~|$)|[\u200c-\u206f\ufeff\0]/i;

/**
 * A path of a git tree is written only when every part is a name: this holds for honest trees, so a tree that breaks it is refused as a
 * whole. A backslash is an ordinary character on every system the intake runs on.
 * @throws AppError `path_denied`.
 */
export const checkTreePath = (path: string, platform: NodeJS.Platform = process.platform): void => {
  if (platform !== 'win32' && !suspicious.test(path)) return;
  for (const name of path.split('/')) {
    if (
      name === '' ||
      name === '.' ||
      name === '..' ||
      name.includes('\0') ||
      isGitDirectoryName(name) ||
      (platform === 'win32' && /[\\:]/.test(name))
    ) {
      throw new AppError('path_denied', `the repository holds the path "${nameForMessage(path)}", which is never written`);
    }
  }
};
