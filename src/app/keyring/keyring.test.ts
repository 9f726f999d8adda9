import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../lib/errors.ts';
import { createKeyring, keyPurposes } from './keyring.ts';

const masterKey = randomBytes(32);
const keyring = createKeyring(masterKey);
const text = Buffer.from('a token');
const context = ['organisation', 'project'];
/** The code it is refused with; undefined when it is not. */
const refusal = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
};

describe('a keyring', () => {
  it('opens what it sealed, and never seals the same twice', () => {
    const sealed = keyring.seal('credentials', text, context);
    expect(Buffer.from(keyring.open('credentials', sealed, context))).toEqual(text);
    expect(Buffer.from(sealed.bytes).includes(text)).toBe(false);
    expect(keyring.seal('credentials', text, context).bytes).not.toEqual(sealed.bytes);
    expect(createKeyring(masterKey).open('credentials', sealed, context)).toEqual(text);
  });

  it('opens nothing that was changed, moved, or sealed for another purpose', () => {
    const sealed = keyring.seal('credentials', text, context);
    for (let at = 0; at < sealed.bytes.length; at += 1) {
      const bytes = Buffer.from(sealed.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(refusal(() => keyring.open('credentials', { ...sealed, bytes }, context))).toBe('sealed_invalid');
    }
    for (const length of [0, 1, 28, sealed.bytes.length - 1])
      expect(refusal(() => keyring.open('credentials', { ...sealed, bytes: sealed.bytes.subarray(0, length) }, context))).toBe(
        'sealed_invalid',
      );
    for (const other of [['organisation', 'other'], ['organisationproject'], ['organisation'], ['organisation', 'project', '']])
      expect(refusal(() => keyring.open('credentials', sealed, other))).toBe('sealed_invalid');
    expect(refusal(() => keyring.open('cursors', sealed, context))).toBe('sealed_invalid');
  });

  it('names the master key, and knows one that is not its own', () => {
    const other = createKeyring(randomBytes(32));
    expect(keyring.id).toMatch(/^[0-9a-f]{16}$/);
    expect(other.id).not.toBe(keyring.id);
    expect(refusal(() => keyring.open('credentials', other.seal('credentials', text, context), context))).toBe('key_unknown');
    expect(refusal(() => createKeyring(randomBytes(31)))).toBe('key_unusable');
  });

  it('signs fields, not their concatenation', () => {
    const signature = keyring.sign('cursors', ['ab', 'c']);
    expect(keyring.verify('cursors', ['ab', 'c'], signature)).toBe(true);
    for (const fields of [['a', 'bc'], ['abc'], ['ab', 'c', ''], []]) expect(keyring.verify('cursors', fields, signature)).toBe(false);
    expect(keyring.verify('signed-urls', ['ab', 'c'], signature)).toBe(false);
    for (const other of ['', `${signature}=`, signature.slice(1), 'ä'.repeat(43)])
      expect(keyring.verify('cursors', ['ab', 'c'], other)).toBe(false);
  });

  it('gives each organisation and purpose a key of its own', () => {
    const keys = ['one', 'two'].flatMap((organization) => keyPurposes.map((purpose) => keyring.organizationKey(purpose, organization)));
    expect(new Set(keys.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(keys.length);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
    expect(keyring.organizationKey('secret-evidence', 'one')).toEqual(keyring.organizationKey('secret-evidence', 'one'));
    expect(keys[0]?.key.length).toBe(32);
  });
});
