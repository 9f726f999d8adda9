import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAppError } from '../../../lib/errors.ts';
import { checkRefName, isAbbreviatedId, isObjectId, refCandidates } from './ref-name.ts';

const accepts = (ref: string): boolean => {
  try {
    return checkRefName(ref) === ref;
  } catch (error) {
    expect(isAppError(error, 'ref_invalid')).toBe(true);
    return false;
  }
};

it('takes no name that git refuses', () => {
  const parts = fc.array(
    fc.constantFrom(
      'a',
      'B',
      '.',
      '..',
      '/',
      '@',
      '{',
      '~',
      '^',
      ':',
      ' ',
      '*',
      '[',
      '\\',
      '-',
      '.lock',
      'é',
      '\u0001',
      '\u007f',
      '?',
      '_',
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(parts, (chosen) => {
      const ref = chosen.join('');
      if (!accepts(ref)) return;
      expect(spawnSync('git', ['check-ref-format', `refs/heads/${ref}`]).status).toBe(0);
    }),
    { numRuns: 400 },
  );
});

it('takes ordinary names', () => {
  for (const ref of ['main', 'feature/x-1', 'v1.0.0', 'refs/pull/1/head', 'é', 'a@b', '@a', 'HEAD']) expect(accepts(ref)).toBe(true);
});

it('knows ids', () => {
  expect(isObjectId('a'.repeat(40)) && isObjectId('0'.repeat(64))).toBe(true);
  expect(isObjectId('A'.repeat(40)) || isObjectId('a'.repeat(41))).toBe(false);
  expect(isAbbreviatedId('abcdef0') && !isAbbreviatedId('main') && !isAbbreviatedId('a'.repeat(40))).toBe(true);
  expect(refCandidates('x')).toEqual(['refs/heads/x', 'refs/tags/x', 'refs/x']);
  expect(refCandidates('refs/x')).toEqual(['refs/x']);
});
