import { describe, expect, it } from 'vitest';
import { instantInput } from './values.ts';

describe('instantInput', () => {
  it('takes what a database can keep', () => {
    for (const text of ['0001-01-01T00:00:00Z', '2026-02-28T23:59:59.999+05:30', '9999-12-31T23:59:59Z'])
      expect(instantInput.safeParse(text).success).toBe(true);
    for (const text of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-00:01', '2026-02-30T00:00:00Z', 'x'])
      expect([text, instantInput.safeParse(text).success]).toEqual([text, false]);
  });
});
