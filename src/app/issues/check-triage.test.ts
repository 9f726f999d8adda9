import { expect, test } from 'vitest';
import type { ErrorCode } from '../../lib/errors.ts';
import { checkTriage } from './check-triage.ts';
import type { TriageInput } from './issues.ts';

const now = Date.parse('2026-11-22T00:00:00Z');
const later = new Date(now + 1);

test.each<TriageInput>([
  { triage: 'open' },
  { triage: 'confirmed', reason: 'seen it' },
  { triage: 'fixed' },
  { triage: 'false_positive', reason: 'a test value' },
  { triage: 'wont_fix', reason: 'goes away soon', expiresAt: later },
  { triage: 'accepted', reason: 'behind the firewall', expiresAt: later },
])('allows $triage', (input) => {
  expect(() => checkTriage(input, now)).not.toThrow();
});

test.each<readonly [TriageInput, string]>([
  [{ triage: 'false_positive' }, 'reason: expected a reason for "false_positive"'],
  [{ triage: 'wont_fix', reason: ' \n' }, 'reason: expected a reason for "wont_fix"'],
  [{ triage: 'open', reason: 'x'.repeat(4001) }, 'reason: expected at most 4000 characters'],
  [{ triage: 'accepted', reason: 'because' }, 'expires_at: expected a time in the future: a risk is accepted until then'],
  [{ triage: 'accepted', reason: 'because', expiresAt: new Date(now) }, 'expires_at: expected a time in the future'],
  [{ triage: 'accepted', reason: 'because', expiresAt: new Date(Number.NaN) }, 'expires_at: expected a time in the future'],
  [{ triage: 'open', expiresAt: later }, 'expires_at: expected none: "open" is no decision that runs out'],
])('refuses %o', (input, message) => {
  const code: ErrorCode = 'request_invalid';
  expect(() => checkTriage(input, now)).toThrow(expect.objectContaining({ code, message }) as Error);
});
