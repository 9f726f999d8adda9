/**
 * One engine, many who want it: one turn at a time, in the order of asking within an owner; of the owners that wait, the one whose last turn is
 * longest ago. So an owner with one short turn (heartbeats) waits for the turn under way and for no other of a busy owner, whoever asked first:
 * what takes expired leases back never comes before the heartbeat that renews them.
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
  /** Every owner there is, with what waits of it; the one served last is at the end. */
  const queues = new Map<Owner, (() => Promise<void>)[]>();
  const idleWaiters: (() => void)[] = [];
  let running = false;

  const next = (): (() => Promise<void>) | undefined => {
    for (const [owner, queue] of queues) {
      const work = queue.shift();
      if (work === undefined) continue;
      queues.delete(owner);
      queues.set(owner, queue);
      return work;
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
      const queue = queues.get(owner) ?? [];
      queue.push(work);
      queues.set(owner, queue);
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
      queues.delete(owner);
    },
    idle: async () => {
      if (!running && [...queues.values()].every((queue) => queue.length === 0)) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
};
