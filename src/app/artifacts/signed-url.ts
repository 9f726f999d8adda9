import { AppError } from '../../lib/errors.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { SignedRequest, SignedUrl } from './artifacts.ts';

/** What a signed URL allows: one method on one object of known size, digest and type, until then. */
export interface SignedGrant {
  readonly method: 'PUT' | 'GET';
  readonly organizationId: string;
  readonly artifactId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly contentType: string;
  readonly expiresAt: Date;
}

const longestUrl = 4096;
const shape =
  /^\/api\/v1\/artifacts\/([0-9a-f-]{36})\/content\?organization=([0-9a-f-]{36})&size_bytes=(\d{1,16})&sha256=([0-9a-f]{64})&content_type=([^&]{1,1000})&expires=(\d{1,12})&signature=([\w-]{43})$/;

const fieldsOf = (grant: SignedGrant): readonly string[] => [
  'artifact',
  grant.method,
  grant.organizationId,
  grant.artifactId,
  String(grant.sizeBytes),
  grant.sha256,
  grant.contentType,
  String(secondsOf(grant.expiresAt)),
];

const secondsOf = (instant: Date): number => Math.floor(instant.getTime() / 1000);

/** The only spelling of a grant: a URL that differs in anything, also in order or escapes, is not one of ours. */
const spelled = (grant: SignedGrant, signature: string): string =>
  `/api/v1/artifacts/${grant.artifactId}/content?organization=${grant.organizationId}&size_bytes=${grant.sizeBytes}&sha256=${grant.sha256}` +
  `&content_type=${encodeURIComponent(grant.contentType)}&expires=${secondsOf(grant.expiresAt)}&signature=${signature}`;

export const signUrl = (keyring: Keyring, grant: SignedGrant): SignedUrl => ({
  method: grant.method,
  path: spelled(grant, keyring.sign('signed-urls', fieldsOf(grant))),
  headers: grant.method === 'PUT' ? { 'content-type': 'application/octet-stream' } : {},
  expiresAt: new Date(secondsOf(grant.expiresAt) * 1000),
});

const invalid = (message: string, hint: string): AppError => new AppError('signature_invalid', message, { hint });
const changed = (): AppError => invalid('the URL is not one this server signed', 'Use the URL exactly as it was given, with its method.');

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw changed();
  }
};

/** @throws AppError `signature_invalid` when anything was changed, or when its time is over. */
export const openSignedUrl = (keyring: Keyring, request: SignedRequest, now: number): SignedGrant => {
  const parts = request.url.length > longestUrl ? null : shape.exec(request.url);
  if (parts === null || (request.method !== 'PUT' && request.method !== 'GET')) throw changed();
  const [, artifactId = '', organizationId = '', size = '', sha256 = '', contentType = '', expires = '', signature = ''] = parts;
  const grant: SignedGrant = {
    method: request.method,
    organizationId,
    artifactId,
    sizeBytes: Number(size),
    sha256,
    contentType: decoded(contentType),
    expiresAt: new Date(Number(expires) * 1000),
  };
  if (!keyring.verify('signed-urls', fieldsOf(grant), signature) || spelled(grant, signature) !== request.url) throw changed();
  if (now >= grant.expiresAt.getTime())
    throw invalid(`the URL was good until ${grant.expiresAt.toISOString()}`, 'Ask for a new URL, and check the clock of this machine.');
  return grant;
};
