import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Dispatcher, type DispatcherOptions, topics } from './dispatcher.ts';

export interface DispatcherSubject {
  /** One more end: of the same process, or as another process would have it where the adapter joins processes. */
  readonly open: (options: DispatcherOptions) => Promise<Dispatcher>;
  readonly joinsProcesses: boolean;
  /** Breaks the connections under every end, so that they are made again; absent where there are none. */
  readonly breakConnections?: () => Promise<void>;
}

/** Long enough for a wake-up that must not come. */
const quietMs = 150;
/** For a wake-up that never comes. */
const patience = { timeout: 60_000 };

/** The promises of `dispatcher.ts`. `subject` is asked in each test, after the hooks of the caller. */
export const dispatcherContract = (name: string, subject: () => DispatcherSubject): void => {
  describe(`dispatcher ${name}`, () => {
    const lifetimes: AbortController[] = [];
    const opened: Dispatcher[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((dispatcher) => dispatcher.close()));
      for (const lifetime of lifetimes.splice(0)) lifetime.abort();
    });
    const until = (): AbortController => {
      const lifetime = new AbortController();
      lifetimes.push(lifetime);
      return lifetime;
    };
    const open = async (onTrouble: DispatcherOptions['onTrouble'] = () => undefined): Promise<Dispatcher> => {
      const dispatcher = await subject().open({ signal: until().signal, onTrouble });
      opened.push(dispatcher);
      return dispatcher;
    };
    const listen = (dispatcher: Dispatcher, topic: (typeof topics)[number], signal = until().signal): (() => number) => {
      let wakes = 0;
      dispatcher.subscribe(topic, () => void (wakes += 1), { signal });
      return () => wakes;
    };

    it.each(topics)('wakes every listener of %s, and nobody else', async (topic) => {
      const dispatcher = await open();
      const [first, second] = [listen(dispatcher, topic), listen(dispatcher, topic)];
      const others = topics.filter((other) => other !== topic).map((other) => listen(dispatcher, other));
      dispatcher.announce(topic);
      await vi.waitFor(() => expect([first(), second()].every((wakes) => wakes > 0)).toBe(true), patience);
      await sleep(quietMs);
      expect(others.map((wakes) => wakes())).toEqual(others.map(() => 0));
    });

    it('never calls a listener inside announce', async () => {
      const dispatcher = await open();
      const wakes = listen(dispatcher, 'tasks');
      dispatcher.announce('tasks');
      expect(wakes()).toBe(0);
      await vi.waitFor(() => expect(wakes()).toBeGreaterThan(0), patience);
    });

    it('makes few wake-ups of many announcements', async () => {
      const dispatcher = await open();
      const wakes = listen(dispatcher, 'tasks');
      for (let count = 0; count < 1000; count += 1) dispatcher.announce('tasks');
      await vi.waitFor(() => expect(wakes()).toBeGreaterThan(0), patience);
      await sleep(quietMs);
      expect(wakes()).toBeLessThan(100);
    });

    it('reports a listener that throws, and wakes the others', async () => {
      const troubles: unknown[] = [];
      const dispatcher = await open((_, error) => troubles.push(error));
      const defect = new Error('defect');
      dispatcher.subscribe(
        'scans',
        () => {
          throw defect;
        },
        { signal: until().signal },
      );
      const wakes = listen(dispatcher, 'scans');
      dispatcher.announce('scans');
      await vi.waitFor(() => expect(wakes()).toBeGreaterThan(0), patience);
      expect(troubles).toContain(defect);
    });

    it('leaves alone whoever has stopped listening', async () => {
      const dispatcher = await open();
      const lifetime = until();
      const gone = listen(dispatcher, 'events', lifetime.signal);
      const never = listen(dispatcher, 'events', AbortSignal.abort());
      const stays = listen(dispatcher, 'events');
      lifetime.abort();
      dispatcher.announce('events');
      await vi.waitFor(() => expect(stays()).toBeGreaterThan(0), patience);
      await sleep(quietMs);
      expect([gone(), never()]).toEqual([0, 0]);
    });

    it('is silent after close, which may be called twice', async () => {
      const dispatcher = await open();
      const wakes = listen(dispatcher, 'tasks');
      await dispatcher.close();
      await dispatcher.close();
      dispatcher.announce('tasks');
      await sleep(quietMs);
      expect(wakes()).toBe(0);
    });

    it('wakes listeners of other processes where it joins them', async () => {
      if (!subject().joinsProcesses) return;
      const [here, there] = [await open(), await open()];
      const wakes = listen(there, 'cancellations');
      here.announce('cancellations');
      await vi.waitFor(() => expect(wakes()).toBeGreaterThan(0), patience);
    });

    it('makes a lost connection again and wakes everybody then', async () => {
      const { breakConnections } = subject();
      if (breakConnections === undefined) return;
      const [here, there] = [await open(), await open()];
      const wakes = topics.map((topic) => listen(there, topic));
      await breakConnections();
      await vi.waitFor(() => expect(wakes.every((count) => count() > 0)).toBe(true), patience);
      await sleep(quietMs);
      const before = wakes[0]?.() ?? 0;
      await vi.waitFor(
        () => {
          here.announce('tasks');
          expect(wakes[0]?.()).toBeGreaterThan(before);
        },
        { ...patience, interval: 100 },
      );
    });
  });
};
