export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: TestTotals = { passed: 0, failed: 0, skipped: 0 };

/** What vitest's JSON reporter and check.ts write, as far as it is counted. */
interface ResultFile {
  readonly steps?: readonly { readonly ok: boolean }[];
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

export const addTotals = (a: TestTotals, b: TestTotals): TestTotals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** A file that failed as a whole (it could not be loaded, or a hook failed) has no failed test of its own and counts as one. */
export const totalsOf = (file: ResultFile): TestTotals => {
  const steps = file.steps ?? [];
  const files = file.testResults ?? [];
  const tests = files.flatMap((result) => result.assertionResults);
  const count = (...states: readonly string[]): number => tests.filter((test) => states.includes(test.status)).length;
  const brokenFiles = files.filter(
    (result) => result.status === 'failed' && result.assertionResults.every((test) => test.status !== 'failed'),
  );
  const passed = count('passed') + steps.filter((step) => step.ok).length;
  const failed = count('failed') + brokenFiles.length + steps.filter((step) => !step.ok).length;
  return { passed, failed, skipped: tests.length - count('passed', 'failed') };
};

export const formatTotals = ({ passed, failed, skipped }: TestTotals): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
