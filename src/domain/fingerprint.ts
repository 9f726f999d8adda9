import { createHash } from 'node:crypto';
import type { Fingerprint, Location } from './finding.ts';

/**
 * The identity of a finding is evidence, strongest first, never a line number:
 *
 * - `sightline/v1`: rule, path, masked normalised content, ordinal among equals in the file. Needs no key, holds no secret.
 * - `sightline-moved/v1`: the same without the path, with masked neighbouring lines instead; finds a renamed or moved file.
 * - `tool/<engine>/<name>`: what another tool says of its own results, taken over from its SARIF. Stronger than both.
 *
 * Fields are length-prefixed before hashing, so no two lists of fields run together to the same bytes.
 */
export const primaryAlgorithm = 'sightline/v1';
export const movedAlgorithm = 'sightline-moved/v1';

const toolPrefix = 'tool/';
export const toolAlgorithm = (engine: string, name: string): string => `${toolPrefix}${engine}/${name}`;
export const isToolAlgorithm = (algorithm: string): boolean => algorithm.startsWith(toolPrefix);

const hashFields = (fields: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const field of fields) {
    const bytes = Buffer.from(field, 'utf8');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
};

/** What a location contributes: its path, package or resource; for history also nothing of the commit. */
const placeOf = (location: Location): string => {
  switch (location.type) {
    case 'file':
      return location.path;
    case 'package':
      return `${location.purl} ${location.path}`;
    case 'resource':
      return `${location.address} ${location.path}`;
  }
};

export interface IdentityParts {
  readonly ruleId: string;
  readonly location: Location;
  readonly identity: string;
  readonly surroundings?: string;
}

export const primaryFingerprint = (parts: IdentityParts, ordinal: number): Fingerprint => ({
  algorithm: primaryAlgorithm,
  value: hashFields(['v1', parts.ruleId, placeOf(parts.location), parts.identity, String(ordinal)]),
});

export const movedFingerprint = (parts: IdentityParts): Fingerprint => ({
  algorithm: movedAlgorithm,
  value: hashFields(['v1', parts.ruleId, parts.identity, parts.surroundings ?? '']),
});
