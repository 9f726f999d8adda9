import type { AppError } from '../../../lib/errors.ts';
import { rejection } from './rejection.ts';

/** Below this size nothing is a bomb: short runs of one byte are ordinary. */
const harmlessBytes = 10 * 1024 * 1024;
const ratio = 200;

export const isBomb = (unpackedBytes: number, packedBytes: number): boolean =>
  unpackedBytes > harmlessBytes && unpackedBytes > packedBytes * ratio;

/** Without an entry it is the archive as a whole. */
export const bomb = (entry?: string): AppError =>
  rejection('bomb', `unpacks to more than ${ratio} times its size`, entry === undefined ? {} : { entry });
