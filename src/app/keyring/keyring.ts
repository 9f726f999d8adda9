import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';

/**
 * Keys of the instance, all derived from one master key that is never in the database. Purposes keep them apart: what was made for one is
 * worthless for another.
 */
export const keyPurposes = ['credentials', 'signed-urls', 'cursors', 'secret-evidence'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export interface Sealed {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

export interface Keyring {
  /** Names the master key without giving it away: 16 hexadecimal digits. */
  readonly id: string;
  /** AES-256-GCM; `context` (organisation and row) is authenticated, so that a sealed value moved to another row does not open. */
  readonly seal: (purpose: KeyPurpose, plain: Uint8Array, context: readonly string[]) => Sealed;
  /** @throws AppError `key_unknown` when it was sealed with another master key, `sealed_invalid` when it was changed or moved. */
  readonly open: (purpose: KeyPurpose, sealed: Sealed, context: readonly string[]) => Uint8Array;
  /** HMAC-SHA256 over length-prefixed fields, base64url. */
  readonly sign: (purpose: KeyPurpose, fields: readonly string[]) => string;
  readonly verify: (purpose: KeyPurpose, fields: readonly string[], signature: string) => boolean;
  /** 32 bytes that belong to one organisation. */
  readonly organizationKey: (purpose: KeyPurpose, organizationId: string) => { readonly id: string; readonly key: Uint8Array };
}

export const masterKeyBytes = 32;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** First byte of a sealed value: how the rest is to be read. */
const sealedForm = 1;

/** Each field behind its length, so that no two lists of fields give the same bytes. */
const lengthPrefixed = (fields: readonly string[]): Buffer =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

const derive = (masterKey: Uint8Array, ...use: readonly string[]): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), lengthPrefixed(['sightline/v1', ...use]), keyBytes));

const idOf = (key: Uint8Array): string => createHash('sha256').update('sightline key id').update(key).digest('hex').slice(0, 16);

/** @throws AppError `key_unusable` when the key does not have 32 bytes. */
export const createKeyring = (masterKey: Uint8Array): Keyring => {
  if (masterKey.length !== masterKeyBytes)
    throw new AppError('key_unusable', `the master key has ${masterKey.length} bytes, not ${masterKeyBytes}`);
  const root = Buffer.from(masterKey);
  const id = idOf(root);
  const keys = Object.fromEntries(keyPurposes.map((purpose) => [purpose, derive(root, purpose)])) as Record<KeyPurpose, Buffer>;
  const mac = (purpose: KeyPurpose, fields: readonly string[]): Buffer =>
    createHmac('sha256', keys[purpose]).update(lengthPrefixed(fields)).digest();

  return {
    id,
    seal: (purpose, plain, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keys[purpose], nonce, { authTagLength: tagBytes });
      cipher.setAAD(lengthPrefixed([purpose, ...context]));
      const bytes = Buffer.concat([Buffer.of(sealedForm), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { keyId: id, bytes };
    },
    open: (purpose, sealed, context) => {
      if (sealed.keyId !== id)
        throw new AppError('key_unknown', `a stored secret was encrypted with master key ${sealed.keyId}, this server has ${id}`, {
          hint: 'Start the server with the master key it had then, or store the secret again.',
        });
      const bytes = Buffer.from(sealed.bytes);
      const changed = (cause?: unknown): AppError =>
        new AppError('sealed_invalid', 'a stored secret was changed or belongs to another place', {
          ...(cause === undefined ? {} : { cause }),
          hint: 'Store the secret again, and find out who can write to the database.',
        });
      if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== sealedForm) throw changed();
      const decipher = createDecipheriv('aes-256-gcm', keys[purpose], bytes.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(lengthPrefixed([purpose, ...context]));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes, bytes.length - tagBytes)), decipher.final()]);
      } catch (error) {
        throw changed(error);
      }
    },
    sign: (purpose, fields) => mac(purpose, fields).toString('base64url'),
    verify: (purpose, fields, signature) => {
      const expected = Buffer.from(mac(purpose, fields).toString('base64url'));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    organizationKey: (purpose, organizationId) => {
      const key = derive(root, purpose, 'organization', organizationId);
      return { id: idOf(key), key };
    },
  };
};
