import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskOf, previewOf } from './mask.ts';

describe('mask', () => {
  it('shows nothing of a short secret', () => {
    expect(maskOf('a'.repeat(19))).toBe('****');
    expect(previewOf('hunter22')).toBe('**** (under 20 characters)');
  });

  it('shows the first four and last two characters of a longer one', () => {
    expect(previewOf(`abcd${'x'.repeat(14)}yz`)).toBe('abcd…yz (20 characters)');
  });

  it('never shows more, nor anything unprintable', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'Z', '9', '\x00', '\n', '\x1b', '\xe9', '\xff', ' ', '\u0080'),
          minLength: 20,
          maxLength: 80,
        }),
        (secret) => {
          expect(maskOf(secret)).toMatch(/^[\x21-\x7e]{4}…[\x21-\x7e]{2}$/);
        },
      ),
    );
  });
});
