import type { Dispatcher, DispatcherOptions } from '../dispatcher.ts';
import { createSubscribers } from '../subscribers.ts';

/** For one process that does everything: a wake-up is a call. */
export const openInProcess = (options: DispatcherOptions): Dispatcher => {
  const subscribers = createSubscribers(options);
  let isClosed = false;
  return {
    kind: 'in-process',
    announce: (topic) => {
      if (!isClosed) subscribers.wake(topic);
    },
    subscribe: (topic, onWake, { signal }) => {
      if (!isClosed) subscribers.add(topic, onWake, signal);
    },
    close: () => {
      isClosed = true;
      subscribers.clear();
      return Promise.resolve();
    },
  };
};
