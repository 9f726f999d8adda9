import { AppError } from '../lib/errors.ts';
import { clip, withVisibleEscapes } from '../lib/text-safety.ts';

/** The same for what does not exist and for what belongs to somebody else. */
export const notFound = (what: string, id: string, hint?: string): AppError =>
  new AppError('not_found', `there is no ${what} ${withVisibleEscapes(clip(id, 64))}`, hint === undefined ? {} : { hint });
