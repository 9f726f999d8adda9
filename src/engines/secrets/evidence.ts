import { createHmac } from 'node:crypto';
import type { Fingerprint } from '../../domain/finding.ts';

/**
 * `secret-hmac/v1`: equal for equal secrets wherever they are, and says nothing of the secret without the key. Fields are
 * length-prefixed; the rule is not among them, so a renamed rule keeps the evidence.
 */
export const secretEvidence = (key: { readonly id: string; readonly key: Uint8Array }, secret: string): Fingerprint => {
  const bytes = Buffer.from(secret, 'latin1');
  const value = createHmac('sha256', key.key).update('6:secret').update(`${bytes.length}:`).update(bytes).digest('hex');
  return { algorithm: 'secret-hmac/v1', keyId: key.id, value };
};
