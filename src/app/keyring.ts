/**
 * Keys of the instance, all derived from one master key that is never in the database. Purposes keep them apart: what was made for one is
 * worthless for another.
 */
export type KeyPurpose = 'credentials' | 'signed-urls' | 'cursors' | 'secret-evidence';

export interface Sealed {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

export interface Keyring {
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
