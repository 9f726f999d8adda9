import { needsReason } from '../../domain/issue.ts';
import { AppError } from '../../lib/errors.ts';
import type { TriageInput } from './issues.ts';

const maxReasonCharacters = 4000;

const invalid = (field: string, expected: string): AppError =>
  new AppError('request_invalid', `${field}: expected ${expected}`, { details: { field } });

/**
 * Decisions not to act need a reason that others can judge; to accept a risk needs an end as well, so that somebody looks again.
 * @throws AppError `request_invalid`
 */
export const checkTriage = (input: TriageInput, nowMs: number): void => {
  const { triage, reason = '', expiresAt } = input;
  if (needsReason(triage) && reason.trim() === '') throw invalid('reason', `a reason for "${triage}"`);
  if (reason.length > maxReasonCharacters) throw invalid('reason', `at most ${maxReasonCharacters} characters`);
  if (expiresAt === undefined) {
    if (triage === 'accepted') throw invalid('expires_at', 'a time in the future: a risk is accepted until then');
    return;
  }
  if (!needsReason(triage)) throw invalid('expires_at', `none: "${triage}" is no decision that runs out`);
  if (!(expiresAt.getTime() > nowMs)) throw invalid('expires_at', 'a time in the future');
};
