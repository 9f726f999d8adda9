import { describe, expect, it } from 'vitest';
import { uuidV7, uuidV7Time } from './uuid-v7.ts';

describe('uuidV7', () => {
  it('gives the example of RFC 9562, appendix A.6', () => {
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('sorts by time', () => {
    const random = new Uint8Array(10).fill(255);
    const ids = [0, 1, 65_535, 65_536, 2 ** 32, 2 ** 40].map((time) => uuidV7(time, random));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('gives back the time it was made', () => {
    for (const time of [0, 1_763_800_000_123, Date.parse('9999-12-31T23:59:59.999Z')]) {
      expect(uuidV7Time(uuidV7(time, new Uint8Array(10)))?.getTime()).toBe(time);
    }
    expect(uuidV7Time('017f22e2-79b0-4cc3-98c4-dc0c0c07398f')).toBeUndefined();
    expect(uuidV7Time('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBeUndefined();
    expect(uuidV7Time(uuidV7(2 ** 48 - 1, new Uint8Array(10)))).toBeUndefined();
    expect(uuidV7Time("' or 1=1")).toBeUndefined();
  });
});
