/**
 * One engine, many who want it: one turn at a time, in the order of asking within an owner, owners alternating. So an owner with one short
 * turn (heartbeats) waits for one turn of another (the API), never for its whole queue.
 */
export interface Turns<Owner> {
  /** Runs `work` when its turn comes; the next begins when it settles. It must not reject. */
  readonly add: (owner: Owner, work: () => Promise<void>) => { readonly cancel: () => void };
  /** Drops all that wait of an owner. */
  readonly drop: (owner: Owner) => void;
  /** Resolves when nothing runs and nothing waits. */
  readonly idle: () => Promise<void>;
}

export const createTurns = <Owner>(): Turns<Owner> => {
  /** In the order in which they are asked; the owner served last is at the end. */
  const waiting = new Map<Owner, (() => Promise<void>)[]>();
  const idleWaiters: (() => void)[] = [];
  let running = false;

  const next = (): (() => Promise<void>) | undefined => {
    for (const [owner, queue] of waiting) {
      const work = queue.shift();
      waiting.delete(owner);
      if (queue.length > 0) waiting.set(owner, queue);
      if (work !== undefined) return work;
    }
    return undefined;
  };

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let work = next(); work !== undefined; work = next()) await work();
    running = false;
    for (const resolve of idleWaiters.splice(0)) resolve();
  };

  return {
    add: (owner, work) => {
      const queue = waiting.get(owner) ?? [];
      queue.push(work);
      waiting.set(owner, queue);
      // Not at once: who asks has its place first.
      queueMicrotask(() => void run());
      return {
        cancel: () => {
          const at = queue.indexOf(work);
          if (at >= 0) queue.splice(at, 1);
        },
      };
    },
    drop: (owner) => {
      waiting.delete(owner);
    },
    idle: async () => {
      if (!running && waiting.size === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
};
