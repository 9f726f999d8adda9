import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../lib/errors.ts';
import { createKeyring } from '../keyring/keyring.ts';
import { decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from './cursor.ts';

const keyring = createKeyring(randomBytes(32));
const caller = { organizationId: 'one', actor: 'operator', requestId: 'r' };
const list = listNameOf('things', { state: ['a'], search: 'x\ud800' });
const kinds = ['instant', 'text', 'number', 'text?', 'instant?'] as const;
const at = new Date('2026-11-22T10:00:00.123Z');

const refused = (decode: () => unknown): boolean => {
  try {
    decode();
    return false;
  } catch (error) {
    return isAppError(error, 'cursor_invalid');
  }
};

describe('cursor', () => {
  const cursor = encodeCursor(keyring, caller, list, [at, 'ü.{}', 3, null, at]);

  it('gives back what it was made of', () => {
    expect(decodeCursor(keyring, caller, list, cursor, kinds)).toEqual([at, 'ü.{}', 3, null, at]);
    expect(decodeCursor(keyring, caller, list, undefined, kinds)).toBeUndefined();
  });

  it('holds for one organisation, list, filter and key', () => {
    expect(refused(() => decodeCursor(keyring, { ...caller, organizationId: 'two' }, list, cursor, kinds))).toBe(true);
    expect(refused(() => decodeCursor(keyring, caller, listNameOf('things', { state: ['b'] }), cursor, kinds))).toBe(true);
    expect(refused(() => decodeCursor(keyring, caller, listNameOf('others', { state: ['a'], search: 'x\ud800' }), cursor, kinds))).toBe(
      true,
    );
    expect(refused(() => decodeCursor(createKeyring(randomBytes(32)), caller, list, cursor, kinds))).toBe(true);
    expect(decodeCursor(keyring, { ...caller, requestId: 'later', actor: 'another' }, list, cursor, kinds)).toBeDefined();
  });

  it('cannot be made or changed by others', () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const changed = `${cursor.slice(0, index)}${cursor[index] === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`;
      expect(refused(() => decodeCursor(keyring, caller, list, changed, kinds))).toBe(true);
    }
    for (const text of ['', '.', 'a', 'a.b', `${cursor}.`, `${cursor}x`, cursor.slice(0, -1), '\0']) {
      expect(refused(() => decodeCursor(keyring, caller, list, text, kinds))).toBe(true);
    }
  });

  it('of another version of the list is refused, not misread', () => {
    expect(refused(() => decodeCursor(keyring, caller, list, cursor, ['instant', 'text']))).toBe(true);
    expect(refused(() => decodeCursor(keyring, caller, list, cursor, ['text', 'text', 'number', 'text?', 'instant?']))).toBe(true);
  });
});

describe('page', () => {
  const after = (item: number): string => `after ${item}`;

  it('has a cursor only where more follows', () => {
    expect(pageOf([1, 2, 3], 9, { limit: 2 }, after)).toEqual({
      items: [1, 2],
      nextCursor: 'after 2',
      total: { value: 9, relation: 'eq' },
    });
    expect(pageOf([1, 2], 2, { limit: 2 }, after)).toEqual({ items: [1, 2], total: { value: 2, relation: 'eq' } });
    expect(pageOf([], 0, { limit: 2 }, after)).toEqual({ items: [], total: { value: 0, relation: 'eq' } });
  });

  it('says how far it counted', () => {
    expect(pageOf([1], 10_000, { limit: 2 }, after).total).toEqual({ value: 10_000, relation: 'eq' });
    expect(pageOf([1], 10_001, { limit: 2 }, after).total).toEqual({ value: 10_000, relation: 'gte' });
    expect(pageOf([1], 12_345, { limit: 2, exactTotal: true }, after).total).toEqual({ value: 12_345, relation: 'eq' });
  });

  it.each([0, 201, 1.5, Number.NaN])('of %s items is refused', (limit) => {
    expect(() => rowsToRead({ limit })).toThrow('limit');
  });
});
