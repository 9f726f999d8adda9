import { describe, expect, test } from 'vitest';
import { compileGlob, compilePaths } from './paths.ts';

const files = [
  '.hidden/a.py',
  'a b.py',
  'a.py',
  'lib/foo.py',
  'src/Test_B.py',
  'src/a.test.py',
  'src/a/foo/x.py',
  'src/a[1].py',
  'src/foo/x.py',
  'src/test_a.py',
  'srcx/a.py',
  'tests/a.py',
  'tests/deep/b.py',
  'é.py',
];

const including = (glob: string): readonly string[] => files.filter(compilePaths({ include: [glob], exclude: [] }));

/** What Semgrep 1.182 was seen to scan with `paths: include` of each pattern. */
describe('a path pattern', () => {
  test.each<[glob: string, matched: readonly string[]]>([
    ['tests', ['tests/a.py', 'tests/deep/b.py']],
    ['tests/', ['tests/a.py', 'tests/deep/b.py']],
    ['/tests/', ['tests/a.py', 'tests/deep/b.py']],
    ['**/tests/**', ['tests/a.py', 'tests/deep/b.py']],
    ['deep', ['tests/deep/b.py']],
    ['/deep', []],
    ['*/deep/*', ['tests/deep/b.py']],
    ['tests/**/b.py', ['tests/deep/b.py']],
    ['*.test.py', ['src/a.test.py']],
    ['*test*', ['src/a.test.py', 'src/test_a.py', 'tests/a.py', 'tests/deep/b.py']],
    ['foo', ['src/a/foo/x.py', 'src/foo/x.py']],
    ['foo/*.py', ['src/a/foo/x.py', 'src/foo/x.py']],
    ['src/foo/', ['src/foo/x.py']],
    ['src/*/x.py', ['src/foo/x.py']],
    ['src/**/x.py', ['src/a/foo/x.py', 'src/foo/x.py']],
    ['src/**foo', ['src/foo/x.py']],
    ['s**/x.py', []],
    ['src/*.py', ['src/Test_B.py', 'src/a.test.py', 'src/a[1].py', 'src/test_a.py']],
    ['/*.py', ['a b.py', 'a.py', 'é.py']],
    ['./a.py', ['a.py']],
    ['a.py', ['.hidden/a.py', 'a.py', 'srcx/a.py', 'tests/a.py']],
    ['a.py/', []],
    ['/', []],
    ['.', []],
    ['src/./a', []],
    ['src//a.test.py', ['src/a.test.py']],
    ['?.py', ['.hidden/a.py', 'a.py', 'src/a/foo/x.py', 'src/foo/x.py', 'srcx/a.py', 'tests/a.py', 'tests/deep/b.py', 'é.py']],
    ['[Tt]est_*', ['src/Test_B.py', 'src/test_a.py']],
    ['src/[!a-s]*.py', ['src/Test_B.py', 'src/test_a.py']],
    ['src/[^a-s]*.py', ['src/Test_B.py', 'src/test_a.py']],
    ['src/a\\[1\\].py', ['src/a[1].py']],
    ['src/a[[]1].py', ['src/a[1].py']],
    ['{a,b}.py', []],
    ['!a.py', []],
    ['TESTS', []],
    ['a.py ', []],
    ['**', files],
    ['/**', files],
    ['***', files],
    ['', files],
  ])('%j', (glob, matched) => {
    expect(including(glob)).toEqual(matched);
  });

  test('that cannot be read is told', () => {
    expect(compileGlob('src/[a')).toEqual({ problem: expect.stringContaining('"src/[a"') });
    expect(compileGlob('src\\')).toEqual({ problem: expect.stringContaining('single') });
  });
});

test('what is excluded stays out, whatever includes it', () => {
  const filter = compilePaths({ include: ['src', 'tests'], exclude: ['*.test.py', 'deep/'] });
  expect(files.filter(filter)).toEqual(['src/Test_B.py', 'src/a/foo/x.py', 'src/a[1].py', 'src/foo/x.py', 'src/test_a.py', 'tests/a.py']);
});

test('many stars take time that grows with the text, not with its powers', () => {
  const filter = compilePaths({ include: [`${'*a'.repeat(50)}b/${'**/x*/'.repeat(50)}end`], exclude: [] });
  expect(filter(`${'a'.repeat(2000)}/${'xy/'.repeat(2000)}`)).toBe(false);
});
