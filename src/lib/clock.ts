/** Time and identity come in from outside, so that everything below `main` is repeatable. */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch. */
  readonly now: () => number;
}

export type NewId = () => string;

/** Milliseconds on a clock that never jumps and that all threads of the process share; for measuring and deadlines only. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** Milliseconds of processor time this thread has used: for budgets that mean the same on a busy machine. */
export const threadCpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
