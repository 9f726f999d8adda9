import { expect, test } from 'vitest';
import { isAppError } from '../lib/errors.ts';
import { loadReporter, reporterNames } from './registry.ts';

test('every name loads the reporter of that name', async () => {
  for (const name of reporterNames) expect((await loadReporter(name)).name).toBe(name);
});

test.each(['xml', '', 'toString', '__proto__'])('"%s" is refused with the names there are', async (name) => {
  const error: unknown = await loadReporter(name).catch((reason: unknown) => reason);
  expect(isAppError(error, 'usage_invalid') && error.hint).toContain('table, json, sarif');
});
