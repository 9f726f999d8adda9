import { AppError, isSystemError, messageOf } from '../../../lib/errors.ts';

export const storageFull = (cause?: unknown): AppError =>
  new AppError('storage_full', 'the blob store has no room left', {
    cause,
    hint: 'Free space on the disk of the data directory, or shorten the retention.',
  });

/** Runs something that touches the disk; what the system reports becomes an error of the port, all else passes as it is. */
export const onDisk = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) throw storageFull(error);
    if (isSystemError(error))
      throw new AppError('storage_unavailable', `the blob store cannot be used: ${messageOf(error)}`, {
        cause: error,
        hint: 'Check that the folder of the blob store exists and that the server may write to it.',
      });
    throw error;
  }
};
