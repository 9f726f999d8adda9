/**
 * Totals of a run: `node scripts/test-totals.ts [--extra-failed N] result.json…`. Reads vitest's JSON results and the step results of
 * check.ts, prints `N passed, N failed` (`, N skipped`) and exits 1 when anything failed or a result is missing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addTotals, formatTotals, noTests, type TestTotals, totalsOf } from './totals.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'extra-failed': { type: 'string', default: '0' } } });

const read = (path: string): TestTotals => {
  if (existsSync(path)) return totalsOf(JSON.parse(readFileSync(path, 'utf8')));
  console.error(`${path} was not written`);
  return { ...noTests, failed: 1 };
};

const totals = positionals.map(read).reduce(addTotals, { ...noTests, failed: Number(values['extra-failed']) });
console.log(formatTotals(totals));
if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1;
