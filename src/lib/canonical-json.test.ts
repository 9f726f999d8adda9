import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign",' +
        '"😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('writes numbers and literals as section 3.2.2 does', () => {
    const value = { numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0], literals: [null, true, false] };
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}');
  });

  it('is the same for the same value, whatever the order of its keys', () => {
    const units = ['a', 'b', '1', '"', '\n', '\0', 'ö', '\u20ac', '\ufb33', '\u{1f600}'];
    const text = fc.string({ unit: fc.constantFrom(...units, '\\'), maxLength: 4 });
    // No backslash: JSON.parse of Node 24 (V8 13.6) takes the key "\n" for the key "\\" where an object of that shape went before.
    const key = fc.string({ unit: fc.constantFrom(...units), maxLength: 4 });
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const value = fc.object({ key, values: [text, number, fc.boolean(), fc.constant(null)] });
    const turned = (item: unknown): unknown => {
      if (Array.isArray(item)) return item.map(turned);
      if (typeof item !== 'object' || item === null) return item;
      return Object.fromEntries(
        Object.entries(item)
          .reverse()
          .map(([key, member]) => [key, turned(member)]),
      );
    };
    fc.assert(
      fc.property(value, (item) => {
        const canonical = canonicalJson(item);
        expect(canonicalJson(turned(item))).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(item)));
      }),
    );
  });

  it('keeps apart keys that end in a backslash and those that begin with an escape', () => {
    expect(canonicalJson([{ '\\': 1 }, { '\n': 2, '\\': 3 }])).toBe(String.raw`[{"\\":1},{"\n":2,"\\":3}]`);
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [undefined], [1n], [() => 1]])('has no text for %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
