import { describe, expect, it } from 'vitest';
import type { Finding } from '../domain/finding.ts';
import type { ConfiguredSuppression } from '../domain/project-config.ts';
import { createSuppressor } from './suppress.ts';

const finding: Finding = {
  engine: 'e',
  ruleId: 'r',
  kind: 'secret',
  severity: 'high',
  confidence: 'high',
  cwe: [],
  title: 't',
  message: 'm',
  id: 'abcdef0123456789',
  location: { type: 'file', path: 'test/fixtures/a.env', startLine: 3, startColumn: 1, endLine: 3, endColumn: 9 },
  fingerprints: [{ algorithm: 'sightline/v1', value: 'abcdef0123456789' }],
};
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const decide = (configured: readonly ConfiguredSuppression[], ignoredBecause?: string) =>
  createSuppressor({ configured, gitleaksIgnore: [] }, nowMs).decide(finding, ignoredBecause);

describe('createSuppressor', () => {
  it.each<[string, ConfiguredSuppression, boolean]>([
    ['rule', { ruleId: 'r', reason: 'x' }, true],
    ['another rule', { ruleId: 'q', reason: 'x' }, false],
    ['path', { path: 'test/**', reason: 'x' }, true],
    ['another path', { path: 'src/**', reason: 'x' }, false],
    ['fingerprint prefix', { fingerprint: 'abcdef012345', reason: 'x' }, true],
    ['rule and wrong path', { ruleId: 'r', path: 'src/**', reason: 'x' }, false],
    ['last day of its life', { ruleId: 'r', reason: 'x', expiresAt: '2026-11-22' }, true],
    ['expired', { ruleId: 'r', reason: 'x', expiresAt: '2026-11-21' }, false],
  ])('%s', (_, entry, applies) => {
    expect(decide([entry]) !== undefined).toBe(applies);
  });

  it('says when a suppression has expired', () => {
    const { warnings } = createSuppressor(
      { configured: [{ ruleId: 'r', reason: 'old', expiresAt: '2020-01-01' }], gitleaksIgnore: [] },
      nowMs,
    );
    expect(warnings.join()).toContain('expired on 2020-01-01');
  });

  it('prefers the decision in the source, and takes .gitleaksignore last', () => {
    expect(decide([{ ruleId: 'r', reason: 'config' }], 'inline reason')).toEqual({ source: 'inline', reason: 'inline reason' });
    const listed = createSuppressor({ configured: [], gitleaksIgnore: [{ path: 'test/fixtures/a.env', ruleId: 'r', line: 3 }] }, nowMs);
    expect(listed.decide(finding, undefined)?.source).toBe('gitleaksignore');
    const elsewhere = createSuppressor({ configured: [], gitleaksIgnore: [{ path: 'test/fixtures/a.env', ruleId: 'r', line: 4 }] }, nowMs);
    expect(elsewhere.decide(finding, undefined)).toBeUndefined();
  });
});
