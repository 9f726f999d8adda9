import { describe, expect, it } from 'vitest';
import { type BaselineEntry, findKnown } from './baseline.ts';

const entry = (ruleId: string, prints: Readonly<Record<string, string>>, keyId?: string): BaselineEntry => ({
  ruleId,
  fingerprints: Object.entries(prints).map(([algorithm, value]) => ({
    algorithm,
    value,
    ...(keyId === undefined || algorithm !== 'secret-hmac/v1' ? {} : { keyId }),
  })),
});

describe('findKnown', () => {
  it('knows a finding by its primary fingerprint', () => {
    const finding = entry('r', { 'sightline/v1': 'a' });
    expect([...findKnown([finding], [entry('r', { 'sightline/v1': 'a' })])]).toEqual([finding]);
    expect(findKnown([finding], [entry('r', { 'sightline/v1': 'b' })]).size).toBe(0);
  });

  it('lets each entry explain one finding only: a second copy is new', () => {
    const first = entry('r', { 'sightline/v1': 'a', 'secret-hmac/v1': 's' }, 'k');
    const copy = entry('r', { 'sightline/v1': 'b', 'secret-hmac/v1': 's' }, 'k');
    const known = findKnown([first, copy], [entry('r', { 'sightline/v1': 'a', 'secret-hmac/v1': 's' }, 'k')]);
    expect(known.has(first)).toBe(true);
    expect(known.has(copy)).toBe(false);
  });

  it('takes another secret in the same place for a new problem, when both were keyed alike', () => {
    const rotated = entry('r', { 'sightline/v1': 'a', 'secret-hmac/v1': 'new' }, 'k');
    const before = entry('r', { 'sightline/v1': 'a', 'secret-hmac/v1': 'old' }, 'k');
    expect(findKnown([rotated], [before]).size).toBe(0);
    expect(findKnown([rotated], [entry('r', { 'sightline/v1': 'a', 'secret-hmac/v1': 'old' }, 'other key')]).size).toBe(1);
  });

  it('follows a renamed file, unless it is ambiguous', () => {
    const moved = entry('r', { 'sightline/v1': 'new path', 'sightline-moved/v1': 'm' });
    const old = entry('r', { 'sightline/v1': 'old path', 'sightline-moved/v1': 'm' });
    expect(findKnown([moved], [old]).size).toBe(1);
    const twin = entry('r', { 'sightline/v1': 'third path', 'sightline-moved/v1': 'm' });
    expect(findKnown([moved, twin], [old]).size).toBe(0);
  });

  it('recognises reports of other tools by the hash GitHub uses', () => {
    const finding = entry('r', { 'sightline/v1': 'x', primaryLocationLineHash: 'h:1' });
    expect(findKnown([finding], [entry('r', { primaryLocationLineHash: 'h:1' })]).size).toBe(1);
    expect(findKnown([finding], [entry('another rule', { primaryLocationLineHash: 'h:1' })]).size).toBe(0);
  });
});
