/** What every function that does I/O takes last. */
export interface CallOptions {
  readonly signal: AbortSignal;
}
