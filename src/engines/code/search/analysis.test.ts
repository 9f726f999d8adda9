import { describe, expect, it } from 'vitest';
import { isHighEntropy } from './entropy.ts';
import { isSlowRegex } from './redos.ts';

/** Letters and digits nobody wrote, the same ones each time. */
const randomText = (length: number, alphabet: string): string => {
  let state = 12_345;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[Math.floor(state / 65_536) % alphabet.length];
  }).join('');
};

describe('entropy', () => {
  it.each(['0123456789abcdef', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', '0123456789'])(
    'is high for random %s',
    (alphabet) => {
      expect(isHighEntropy(randomText(32, alphabet))).toBe(true);
    },
  );

  it.each([
    '',
    'password',
    'the connection to the database',
    'ADMIN_USER_PASSWORD',
    'clientResponseHandler',
    'aaaaaaaaaaaaaaaaaaaaaa',
    '/usr/local/share/data.txt',
  ])('is low for %j', (text) => {
    expect(isHighEntropy(text)).toBe(false);
  });
});

describe('redos', () => {
  it.each(['(a+)+$', '(.*)*x', '(\\d+|x)*y', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$'])('%s is slow', (source) => {
    expect(isSlowRegex(source)).toBe(true);
  });

  it.each(['^[a-z]+$', 'a*a*b', '([a-z]+)*', '(?:ab)+c', '(?>(a+)+)b', '(a+){3}b', '('])('%s is not', (source) => {
    expect(isSlowRegex(source)).toBe(false);
  });
});
