import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedJson, storableJson, storableText } from './storable-text.ts';

const cleaned = (value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), cleaned(item)]));
};

describe('storable text', () => {
  it('keeps text as it is, but for NUL and halves of pairs', () => {
    expect(storableText('a\0b\ud800c\udc00d 😀 \\u0000')).toBe('a\ufffdb\ufffdc\ufffdd 😀 \\u0000');
    expect(storableText('x'.repeat(5), 3)).toHaveLength(3);
  });

  it('does the same inside JSON, and changes nothing else', () => {
    expect(JSON.parse(storableJson({ 'k\0': ['\\\0', '\\u0000', '\\\\u0000', '\0\0', '"\ud83d'] }))).toEqual({
      'k\ufffd': ['\\\ufffd', '\\u0000', '\\\\u0000', '\ufffd\ufffd', '"\ufffd'],
    });
    const hostile = fc.string({ unit: fc.constantFrom('\0', '\\', 'u', '0000', 'd800', '"', '\ud800', '\udc00', '😀', 'a') });
    fc.assert(
      fc.property(fc.array(fc.dictionary(hostile, hostile, { maxKeys: 1 })), (value) => {
        expect(JSON.parse(storableJson(value))).toEqual(cleaned(value));
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON of somebody else', () => {
  it('is kept while small', () => {
    expect(boundedJson({ a: [1, '[[[['] }, 100)).toBe('{"a":[1,"[[[["]}');
    expect(boundedJson(null, 100)).toBe('null');
    expect(boundedJson(undefined, 100)).toBeUndefined();
  });

  it('is left out with a note when large, also where only its bytes are, or deep', () => {
    expect(boundedJson('é'.repeat(60), 100)).toContain('omitted');
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    expect(boundedJson(deep, 1_000_000)).toContain('omitted');
    expect(boundedJson(JSON.parse(`${'['.repeat(90)}${']'.repeat(90)}`), 1000)).not.toContain('omitted');
  });
});
