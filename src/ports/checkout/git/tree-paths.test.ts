import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isGitDirectoryName } from '../path-names.ts';
import { checkTreePath } from './tree-paths.ts';

const refuses = (path: string, platform: NodeJS.Platform): boolean => {
  try {
    checkTreePath(path, platform);
    return false;
  } catch {
    return true;
  }
};

it.each([
  '.git',
  '.GIT',
  'git~1',
  'GIT~2',
  '.g\u200cit',
  '\u200c.git',
  '.git.',
  '.git ',
  '.git . .',
  '.git:x',
  '.git::$INDEX_ALLOCATION',
  '.git\ufeff',
])('%j is git’s own name', (name) => {
  expect(isGitDirectoryName(name)).toBe(true);
  for (const path of [name, `a/${name}`, `${name}/config`, `a/${name}/b`])
    expect(() => checkTreePath(path)).toThrow(expect.objectContaining({ code: 'path_denied' }));
});

it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', 'a/.', 'a\0b'])('%j is no path of a tree', (path) => {
  expect(() => checkTreePath(path)).toThrow(expect.objectContaining({ code: 'path_denied' }));
});

it.each(['.gitignore', '.github/x', 'a.git', 'git', 'git~', '...', '.a', 'a..b', 'back\\slash', 'line\nfeed', '.gitt', 'x/.gitmodules'])(
  '%j is a name',
  (path) => {
    expect(() => checkTreePath(path, 'linux')).not.toThrow();
  },
);

it('the quick look lets nothing pass that the full one refuses', () => {
  const part = fc.constantFrom('.', '..', '', 'git', '~1', '.git', ' ', ':', '\u200c', '\ufeff', 'a', 'GIT', '\0');
  expect(() =>
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 }), (names) => {
        const path = names.map((parts) => parts.join('')).join('/');
        const refused = path
          .split('/')
          .some((name) => name === '' || name === '.' || name === '..' || name.includes('\0') || isGitDirectoryName(name));
        return refuses(path, 'linux') === refused;
      }),
      { numRuns: 2000 },
    ),
  ).not.toThrow();
});

it('on Windows a backslash and a colon are no characters of a name', () => {
  expect([refuses('a\\b', 'win32'), refuses('c:', 'win32'), refuses('a/b', 'win32')]).toEqual([true, true, false]);
});

it('looks at a name of a megabyte once', () => {
  expect(isGitDirectoryName(`${'.'.repeat(1_000_000)}x`)).toBe(false);
  expect(isGitDirectoryName(`.git${' .'.repeat(500_000)}`)).toBe(true);
});
