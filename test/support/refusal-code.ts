import { isAppError } from '../../src/lib/errors.ts';

/** The code that the work was refused with, or `done`. Whatever else goes wrong is thrown. */
export const refusalCode = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
};
