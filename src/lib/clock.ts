/** Time and identity come in from outside, so that everything below `main` is repeatable. */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch. */
  readonly now: () => number;
}

export type NewId = () => string;
