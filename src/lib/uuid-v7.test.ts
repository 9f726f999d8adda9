import { describe, expect, it } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';

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
});
