import { expect, it } from 'vitest';
import { argumentsOf, flag, userValue } from './git-command.ts';

it('keeps values behind the end of options and paths behind the dashes', () => {
  expect(
    argumentsOf({ name: 'fetch', flags: [flag('--quiet'), flag('--depth', 1)], values: [userValue('https://x/y'), userValue('+a:b')] }),
  ).toEqual(['fetch', '--quiet', '--depth=1', '--end-of-options', 'https://x/y', '+a:b']);
  expect(argumentsOf({ name: 'log', flags: [], values: [userValue('HEAD')], paths: [userValue('a b')] })).toEqual([
    'log',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--end-of-options',
    'HEAD',
    '--',
    'a b',
  ]);
  expect(argumentsOf({ name: 'version', flags: [] })).toEqual(['version']);
});

it('takes no variable for an option', () => {
  const typed: string = ['--output', 'x'].join('=');
  // @ts-expect-error a string that is not written out here
  expect(flag(typed)).toBe('--output=x');
});

it.each(['', '-x', '--output=x', 'a\nb', 'a\0b', 'a\u007fb', '\u001b[31m', 'x'.repeat(8193)])('refuses %j as a value', (text) => {
  expect(() => userValue(text, 'ref_invalid')).toThrow(expect.objectContaining({ code: 'ref_invalid' }));
});
