/** Particulars of a log line, by name in snake_case: `scan_id`, `duration_ms`. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured log of a long-running program; one line an event. */
export interface Logger {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields & { readonly error?: string }) => void;
  readonly error: (message: string, fields?: LogFields & { readonly error?: string }) => void;
  /** A logger whose lines all carry these fields. */
  readonly with: (fields: LogFields) => Logger;
}

/** Keeps nothing. */
export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};
