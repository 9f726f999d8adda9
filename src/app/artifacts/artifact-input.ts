import { AppError } from '../../lib/errors.ts';
import type { NewArtifact } from './artifacts.ts';

const refuse = (field: string, expected: string): never => {
  throw new AppError('request_invalid', `${field}: expected ${expected}`, { details: { field } });
};

const contentTypeForm = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/i;
const longestLifetimeMs = 30 * 24 * 3_600_000;
const shortestLifetimeMs = 60_000;

/** A name as a file has it: no folder, nothing a terminal or header would obey. */
const isFilename = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 255 &&
  name.isWellFormed() &&
  !/[\u0000-\u001f\u007f-\u009f/\\]/.test(name) &&
  name !== '.' &&
  name !== '..';

/** @throws AppError `request_invalid`, `size_limit` */
export const checkNewArtifact = (input: NewArtifact, maxUploadBytes: number): void => {
  if (!isFilename(input.filename)) refuse('filename', '1 to 255 characters without folders or control characters');
  if (!contentTypeForm.test(input.contentType)) refuse('content_type', 'a media type such as application/zip');
  if (!Number.isSafeInteger(input.sizeBytes) || input.sizeBytes < 0) refuse('size_bytes', 'a whole number of bytes');
  if (!/^[0-9a-f]{64}$/.test(input.sha256)) refuse('sha256', '64 hexadecimal digits in lower case');
  const { expiresInMs = shortestLifetimeMs } = input;
  if (!Number.isInteger(expiresInMs) || expiresInMs < shortestLifetimeMs || expiresInMs > longestLifetimeMs)
    refuse('expires_in', 'a minute to 30 days');
  if (input.sizeBytes > maxUploadBytes)
    throw new AppError('size_limit', `${input.sizeBytes} bytes are more than the ${maxUploadBytes} that an upload may have`, {
      hint: 'Leave out what need not be scanned, or ask the operator to raise artifacts.max_upload_size.',
      details: { max_bytes: maxUploadBytes },
    });
};
