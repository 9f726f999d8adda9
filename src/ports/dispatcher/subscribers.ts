import { type DispatcherOptions, type Topic, topics } from './dispatcher.ts';

/** Who listens in this process; the part that all adapters share. */
export interface Subscribers {
  readonly add: (topic: Topic, onWake: () => void, signal: AbortSignal) => void;
  /** Wakes the listeners of a topic in a later turn of the event loop, once however often it is called until then. */
  readonly wake: (topic: Topic) => void;
  readonly wakeAll: () => void;
  readonly clear: () => void;
}

export const createSubscribers = ({ onTrouble }: Pick<DispatcherOptions, 'onTrouble'>): Subscribers => {
  const listeners = new Map<Topic, Set<() => void>>(topics.map((topic) => [topic, new Set()]));
  const due = new Set<Topic>();

  const call = (onWake: () => void): void => {
    try {
      onWake();
    } catch (error) {
      onTrouble('a listener threw when it was woken', error);
    }
  };
  const wake = (topic: Topic): void => {
    if (due.has(topic)) return;
    due.add(topic);
    setImmediate(() => {
      due.delete(topic);
      for (const onWake of listeners.get(topic) ?? []) call(onWake);
    });
  };

  return {
    add: (topic, onWake, signal) => {
      if (signal.aborted) return;
      // A set of its own functions: the same one may be subscribed twice.
      const listener = (): void => onWake();
      listeners.get(topic)?.add(listener);
      signal.addEventListener('abort', () => listeners.get(topic)?.delete(listener), { once: true });
    },
    wake,
    wakeAll: () => topics.forEach(wake),
    clear: () => listeners.forEach((set) => set.clear()),
  };
};
