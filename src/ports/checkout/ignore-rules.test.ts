import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGitEnvironment } from '../../../test/support/git-repository.ts';
import { needsTool } from '../../../test/support/needs.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { createIgnoreRules } from './ignore-rules.ts';

const rulesOf = (...lines: readonly string[]) => {
  const rules = createIgnoreRules();
  rules.add({ directory: '', name: '.gitignore', text: lines.join('\n') });
  return rules;
};

describe('hostile ignore files', () => {
  it('with half a million blanks at the end of a line are read at once', () => {
    const rules = rulesOf(`a${' '.repeat(250_000)}`, `${'\\'.repeat(200_000)}b${' '.repeat(1000)}`);
    expect(rules.decide('a', false)?.ignored).toBe(true);
  });

  it('with millions of short patterns are not honoured', () => {
    const rules = createIgnoreRules();
    expect(rules.add({ directory: 'a', name: 'a/.gitignore', text: 'x\n'.repeat(60_000) })).toBeUndefined();
    expect(rules.add({ directory: 'b', name: 'b/.gitignore', text: 'x\n'.repeat(60_000) })).toContain('b/.gitignore is not honoured');
    expect(rules.decide('a/x', false)?.ignored).toBe(true);
    expect(rules.decide('b/x', false)).toBeUndefined();
  });
});

describe('a list of patterns', () => {
  it.each([
    ['*.log', 'a/b.log', true],
    ['*.log', 'a/b.logs', false],
    ['/a', 'b/a', false],
    ['a/b', 'x/a/b', false],
    ['**/b', 'x/y/b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**', 'a', false],
    ['a/**', 'a/x/y', true],
    ['a*/b', 'a/x/b', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[b-[!a]', 'b', true],
    ['[b-[!a]', 'Z', false],
    ['[[:digit:]]', '7', true],
    ['[a', '[a', false],
    ['\\#x', '#x', true],
    ['#x', '#x', false],
    ['x ', 'x', true],
    ['x\\ ', 'x ', true],
    ['\\!x', '!x', true],
    ['x\r', 'x', true],
  ])('%j on %j: %s', (pattern, path, ignored) => {
    expect(rulesOf(pattern).decide(path, false)?.ignored === true).toBe(ignored);
  });

  it('lets the last line that matches decide, and names it', () => {
    const rules = rulesOf('*.log', '!keep.log');
    expect(rules.decide('a.log', false)).toEqual({ ignored: true, detail: '.gitignore: *.log' });
    expect(rules.decide('keep.log', false)).toEqual({ ignored: false, detail: '.gitignore: !keep.log' });
    expect(rules.decide('a.txt', false)).toBeUndefined();
  });

  it('lets a deeper file win, and an ignored parent win over both in a flat list', () => {
    const rules = rulesOf('*.log', 'build/');
    rules.add({ directory: 'src', name: 'src/.gitignore', text: '!*.log\n' });
    expect(rules.decide('src/a.log', false)?.ignored).toBe(false);
    rules.add({ directory: 'build', name: 'build/.gitignore', text: '!*\n' });
    expect(rules.decideWithParents('build/x/a.txt')?.ignored).toBe(true);
    expect(rules.decideWithParents('src/a.log')?.ignored).toBe(false);
  });
});

describe('limits', () => {
  it('honours a file beyond them not at all, and says so', () => {
    const rules = createIgnoreRules();
    expect(rules.add({ directory: '', name: '.gitignore', text: 'x\n'.repeat(300_000) })).toContain('larger than 512 KiB');
    expect(rules.decide('x', false)).toBeUndefined();
    expect(rules.add({ directory: '', name: 'a', text: '*a*b\n'.repeat(10_000) })).toBeUndefined();
    expect(rules.add({ directory: 'deep', name: 'deep/b', text: '*a*b\n'.repeat(8000) })).toContain('wildcard patterns');
    expect(
      rules.add({ directory: 'deep', name: 'deep/c', text: Array.from({ length: 10_000 }, (_, index) => `/literal/${index}`).join('\n') }),
    ).toBeUndefined();
    expect(rules.decide('deep/literal/77', false)?.ignored).toBe(true);
  });

  it('decides a path against patterns made to explode', () => {
    // With backtracking each of these would outlive the machine; the test ends or it does not.
    const rules = rulesOf(
      ...Array.from({ length: 200 }, () => `${'*a'.repeat(40)}[bc]`),
      ...Array.from({ length: 100 }, () => `${'**/a/'.repeat(30)}b`),
    );
    expect(rules.decide('a'.repeat(250), false)).toBeUndefined();
    expect(rules.decide('a/'.repeat(500) + 'c', false)).toBeUndefined();
  });
});

describe.skipIf(!needsTool('git'))('beside git', () => {
  let folder: TemporaryFolder;
  beforeAll(() => {
    folder = temporaryFolder();
    execFileSync('git', ['init', '-q', folder.path], { env: testGitEnvironment });
  });
  afterAll(() => folder.remove());

  /** The line that decides, as git sees it; '' for none. */
  const askGit = (patterns: readonly string[], paths: readonly string[]): string[] => {
    folder.write('.gitignore', patterns.join('\n'));
    let output = '';
    try {
      output = execFileSync('git', ['-C', folder.path, 'check-ignore', '--no-index', '--verbose', '--non-matching', '-z', '--stdin'], {
        env: testGitEnvironment,
        input: paths.join('\0'),
      }).toString();
    } catch (error) {
      // Exit code 1: nothing is ignored.
      output = String((error as { stdout: Buffer }).stdout);
    }
    const fields = output.split('\0');
    return paths.map((_, index) => fields[index * 4 + 2] ?? '');
  };

  it('takes the same decision for generated patterns and paths', () => {
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', '.', '-', 'c', '!', '#'), minLength: 1, maxLength: 4 })
      .filter((text) => text !== '.' && text !== '..');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    const piece = fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '*',
      '**',
      '/',
      '/',
      '?',
      '[ab]',
      '[!a]',
      '[a-c]',
      '[]a]',
      '[[:alpha:]]',
      '\\a',
      '!',
      '#',
      '-',
      '[',
      ' ',
      '/**/',
    );
    // What `**` means beside other characters depends on where git's memory happens to lie, so it is left out.
    const pattern = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !/[^/!]\*\*|\*\*[^/]|.!\*\*/.test(text));
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.array(path, { minLength: 20, maxLength: 20 }),
        (patterns, paths) => {
          const expected = askGit(patterns, paths);
          const rules = rulesOf(...patterns);
          for (const [index, one] of paths.entries()) {
            const decision = rules.decideWithParents(one);
            expect({ patterns, path: one, line: decision === undefined ? '' : decision.detail.slice('.gitignore: '.length) }).toEqual({
              patterns,
              path: one,
              line: expected[index],
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
