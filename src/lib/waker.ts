/** Lets one loop sleep until somebody has something for it. A wake-up that comes while it works is not lost: the next sleep ends at once. */
export interface Waker {
  readonly wake: () => void;
  /** Resolves when woken (then true), after `ms`, or when the signal ends. Never rejects. */
  readonly sleep: (ms: number, options: { readonly signal: AbortSignal }) => Promise<boolean>;
}

export const createWaker = (): Waker => {
  let isDue = false;
  let resume: (() => void) | undefined;

  const rest = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resume = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
      resume = end;
    });

  return {
    wake: () => {
      isDue = true;
      resume?.();
    },
    sleep: async (ms, { signal }) => {
      if (!isDue && !signal.aborted) await rest(ms, signal);
      // Only now, so that many wake-ups in a row are one.
      const wasWoken = isDue;
      isDue = false;
      return wasWoken;
    },
  };
};
