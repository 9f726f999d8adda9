import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAutomaton, createKeywordHits, dropHits, scanKeywords } from './automaton.ts';

const scan = (keywords: readonly string[], text: string, step: number): string[] => {
  const automaton = buildAutomaton(keywords);
  const bytes = Buffer.from(text, 'latin1');
  const hits = createKeywordHits();
  const cursor = new Int32Array(1);
  for (let from = 0; from < bytes.length; from += step)
    scanKeywords(automaton, bytes, from, Math.min(bytes.length, from + step), cursor, hits);
  return Array.from({ length: hits.count }, (_, index) => `${hits.starts[index] ?? -1}:${keywords[hits.keywords[index] ?? -1] ?? ''}`);
};

const naive = (keywords: readonly string[], text: string): string[] => {
  const lower = text.replace(/[A-Z]/g, (char) => char.toLowerCase());
  const found: string[] = [];
  for (let at = 0; at < text.length; at += 1)
    for (const keyword of keywords) if (lower.startsWith(keyword, at)) found.push(`${at}:${keyword}`);
  return found;
};

const starts = (hits: readonly string[]): number[] => hits.map((hit) => Number(hit.split(':')[0]));

describe('automaton', () => {
  it('finds what a naive search finds, whatever the pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '_', 'é', '\n'), maxLength: 120 });
    const words = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_'), minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(words, letters, fc.integer({ min: 1, max: 50 }), (keywords, text, step) => {
        expect(scan(keywords, text, step).sort()).toEqual(naive(keywords, text).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('lists hits in order of their starts', () => {
    const hits = scan(['secret', 'my_secret_key', 'key', 'cre'], 'x my_SECRET_key my_secret secret', 1000);
    expect(starts(hits)).toEqual([...starts(hits)].sort((left, right) => left - right));
    expect(hits).toContain('2:my_secret_key');
  });

  it('matches keywords beyond ASCII as bytes', () => {
    const automaton = buildAutomaton(['clé']);
    const hits = createKeywordHits();
    const bytes = Buffer.from('la CLé', 'utf8');
    scanKeywords(automaton, bytes, 0, bytes.length, new Int32Array(1), hits);
    expect([hits.count, hits.starts[0]]).toEqual([1, 3]);
  });

  it('has no hits without keywords', () => {
    expect(scan([], 'anything', 4)).toEqual([]);
  });

  it('keeps growing and drops what is done', () => {
    const automaton = buildAutomaton(['a']);
    const hits = createKeywordHits();
    const bytes = Buffer.alloc(5000, 'a');
    scanKeywords(automaton, bytes, 0, bytes.length, new Int32Array(1), hits);
    expect(hits.count).toBe(5000);
    dropHits(hits, 4999);
    expect([hits.count, hits.starts[0]]).toEqual([1, 4999]);
  });
});
