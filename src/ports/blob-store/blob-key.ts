import { AppError } from '../../lib/errors.ts';

const longestKeyBytes = 512;
const longestPartBytes = 200;
const part = /^[a-z0-9_.-]+$/;

/** True for a key of the form that `blob-store.ts` describes; every adapter asks before it does anything with a key. */
export const isBlobKey = (key: string): boolean =>
  key.length <= longestKeyBytes &&
  key.split('/').every((name) => part.test(name) && name !== '.' && name !== '..' && name.length <= longestPartBytes);

/** @throws AppError `request_invalid`: a key is made by us or by a worker, so that a bad one is an attack or a defect. */
export const checkBlobKey = (key: string): void => {
  if (!isBlobKey(key)) throw new AppError('request_invalid', `${JSON.stringify(key.slice(0, 80))} is no key of the blob store`);
};
