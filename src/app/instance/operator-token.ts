import { createHash, randomBytes } from 'node:crypto';

/**
 * `slo_<id>_<secret>`: the beginning lets scanners of secrets know it, the id finds it, and the secret has 256 random bits, so that its plain
 * SHA-256 is all that need be kept.
 */
export interface OperatorToken {
  readonly id: string;
  readonly secret: string;
}

const form = /^slo_([0-9a-f]{12})_([0-9a-f]{64})$/;

export const newOperatorToken = (): OperatorToken => ({ id: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('hex') });

export const formatOperatorToken = ({ id, secret }: OperatorToken): string => `slo_${id}_${secret}`;

export const parseOperatorToken = (text: string): OperatorToken | undefined => {
  const [, id, secret] = form.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
};

export const operatorTokenSha256 = ({ secret }: OperatorToken): Buffer => createHash('sha256').update(secret).digest();
