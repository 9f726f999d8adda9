import { expect, it } from 'vitest';
import { addTotals, formatTotals, totalsOf } from './totals.ts';

const test = (status: string) => ({ status });

it('counts tests, steps and files that could not be loaded', () => {
  const totals = addTotals(
    totalsOf({
      testResults: [
        { status: 'passed', assertionResults: [test('passed'), test('passed'), test('skipped'), test('pending'), test('todo')] },
        { status: 'failed', assertionResults: [test('failed'), test('passed')] },
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [test('passed')] },
      ],
    }),
    totalsOf({ steps: [{ ok: true }, { ok: false }] }),
  );
  expect(formatTotals(totals)).toBe('5 passed, 4 failed, 3 skipped');
});

it('leaves skipped out when nothing was', () => {
  expect(formatTotals(totalsOf({ steps: [{ ok: true }] }))).toBe('1 passed, 0 failed');
});
