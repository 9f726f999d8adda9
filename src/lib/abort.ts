import { AppError, type ErrorCode } from './errors.ts';

/** A signal that ends with `parent` or after `timeoutMs`, then with `code` as its reason. Call `clear` when the work is done. */
export const withDeadline = (
  parent: AbortSignal,
  timeoutMs: number,
  code: ErrorCode,
  message: string,
): { readonly signal: AbortSignal; readonly clear: () => void } => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new AppError(code, message)), timeoutMs);
  timer.unref();
  return { signal: AbortSignal.any([parent, deadline.signal]), clear: () => clearTimeout(timer) };
};

/** The reason of an aborted signal as an AppError (`cancelled` where nobody gave one). */
export const abortReason = (signal: AbortSignal): AppError =>
  signal.reason instanceof AppError ? signal.reason : new AppError('cancelled', 'interrupted', { cause: signal.reason });

/** @throws AppError the signal's reason, when it is aborted. */
export const throwIfAborted = (signal: AbortSignal): void => {
  if (signal.aborted) throw abortReason(signal);
};
