import type { FileCoverage } from '../../domain/coverage.ts';

/** Rows of the manifest that every source writes in the same words. */

export const linkRow = (path: string): FileCoverage => ({
  path,
  state: 'excluded',
  reason: 'link',
  detail: 'a symbolic link; links are never followed',
});

export const tooLargeRow = (path: string, sizeBytes: number, limitBytes: number): FileCoverage => ({
  path,
  state: 'excluded',
  reason: 'too_large',
  detail: `larger than ${limitBytes} bytes`,
  sizeBytes,
});

export const unwritableRow = (path: string, sizeBytes: number, detail: string): FileCoverage => ({
  path,
  state: 'failed',
  reason: 'unreadable',
  detail,
  sizeBytes,
});
