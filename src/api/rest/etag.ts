import { createHash } from 'node:crypto';

/** A weak ETag of an answer: of what it shows, and with the revision that a change can be tied to by If-Match. */
export const etagOf = (json: string, revision: number | undefined): string => {
  const digest = createHash('sha256').update(json).digest('base64url').slice(0, 22);
  return revision === undefined ? `W/"${digest}"` : `W/"${revision}-${digest}"`;
};

/** True when the client has the answer already. */
export const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^(?!W\/)/, 'W/') === etag));
