import { AppError, messageOf } from '../../../lib/errors.ts';
import { databaseError } from '../database.ts';

interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly constraint?: string;
  readonly table?: string;
}

const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string' && error.code.length === 5;

/** The server goes down or comes up, has no room for one more connection, or the connection broke (classes 57P and 08, 53300). */
const goneCodes = /^(?:08...|57P0[1-5]|53300|25P0[34])$/;
/** Wrong password, no right to connect, no such database: it answers, and a person has to change something. */
const deniedCodes = /^(?:28...|3D000)$/;

export const unavailable = (place: string, cause: unknown, more: { readonly commitUnknown?: boolean } = {}): AppError => {
  const denied = isServerError(cause) && deniedCodes.test(cause.code);
  return new AppError(
    'database_unavailable',
    `PostgreSQL at ${place} ${denied ? 'refuses the connection' : 'cannot be reached'}: ${messageOf(cause)}`,
    {
      hint: denied
        ? 'Check the user, the password and the name of the database in the URL, and that it exists.'
        : 'Check that the server runs and that the address in the database URL is right.',
      cause,
      // The answer to COMMIT was lost with the connection: it may have happened.
      ...(more.commitUnknown === true ? { details: { commit: 'unknown' } } : {}),
    },
  );
};

/** What the driver threw, in the words of the port. */
export const asPortError = (error: unknown, place: string): Error => {
  if (error instanceof AppError) return error;
  if (isServerError(error)) {
    if (goneCodes.test(error.code) || deniedCodes.test(error.code)) return unavailable(place, error);
    return databaseError(error.message, { code: error.code, constraint: error.constraint, table: error.table }, error);
  }
  // Values that do not fit and misuse of ours; everything else that has no SQLSTATE is the connection.
  if (error instanceof Error && (error.name === 'DatabaseError' || error instanceof TypeError)) return error;
  return unavailable(place, error);
};
