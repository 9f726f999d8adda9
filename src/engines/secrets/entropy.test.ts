import { describe, expect, it } from 'vitest';
import { shannonEntropy } from './entropy.ts';

describe('shannonEntropy', () => {
  it.each([
    ['', 0],
    ['aaaa', 0],
    ['abab', 1],
    ['abcd', 2],
    ['0123456789abcdef', 4],
  ])('%j has %d bits a character', (text, bits) => {
    expect(shannonEntropy(text)).toBeCloseTo(bits, 10);
  });

  it('counts characters beyond ASCII once each, over the number of bytes', () => {
    const bytes = Buffer.from('éa', 'utf8').toString('latin1');
    expect(shannonEntropy(bytes)).toBeCloseTo((2 / 3) * Math.log2(3), 10);
  });
});
