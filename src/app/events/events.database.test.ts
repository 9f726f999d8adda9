import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { callerOf } from '../../../test/support/app-dependencies.ts';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { appendEvent, appendEvents, countEventsBefore, deleteEventsBefore, type NewEvent, unplacedEvents } from '../../store/events.ts';
import { createEvents, type Events } from './events.ts';
import { placeEvents } from './relay.ts';

describeDatabases('events', (open) => {
  let test: TestDatabase;
  let organizationId: string;
  let events: Events;
  const announced: string[] = [];
  beforeAll(async () => {
    test = await open();
    events = createEvents(test.doors);
  });
  beforeEach(async () => {
    organizationId = await test.newOrganization();
    announced.length = 0;
  });

  const place = (): Promise<number> =>
    placeEvents(
      {
        system: test.doors.system,
        dispatcher: {
          kind: 'in-process',
          announce: (topic) => announced.push(topic),
          subscribe: () => undefined,
          close: async () => undefined,
        },
      },
      { signal: test.signal },
    );
  const made = (name: string, more: Partial<NewEvent> = {}): NewEvent => ({
    id: test.newId(),
    type: 'scan.created',
    schemaVersion: 1,
    subjectId: organizationId,
    payload: { name },
    ...more,
  });
  const append = (...names: string[]): Promise<void> =>
    test.doors.asOrganization(organizationId).transaction(
      (tx) =>
        appendEvents(
          tx,
          names.map((name) => made(name)),
        ),
      { signal: test.signal },
    );
  const after = (afterPosition: number, more: { readonly scanId?: string; readonly limit?: number } = {}) =>
    events.after(callerOf(organizationId), { afterPosition, limit: 1000, ...more }, { signal: test.signal });
  const namesAfter = async (position: number): Promise<unknown[]> => (await after(position)).map(({ payload }) => payload['name']);

  it('are seen once they are placed, in the order they were written, by their organisation alone', async () => {
    await append('a', 'b', 'c');
    await append('d');
    expect(await namesAfter(0)).toEqual([]);
    expect(await place()).toBe(4);
    expect(announced).toEqual(['events']);
    const all = await after(0);
    expect(all.map(({ payload }) => payload['name'])).toEqual(['a', 'b', 'c', 'd']);
    expect(await namesAfter(all[1]?.position ?? 0)).toEqual(['c', 'd']);
    expect(await events.newestPosition(callerOf(organizationId), { signal: test.signal })).toBe(all[3]?.position);
    expect(await place()).toBe(0);
    expect(announced).toEqual(['events']);
    const stranger = callerOf(await test.newOrganization());
    expect(await events.after(stranger, { afterPosition: 0, limit: 10 }, { signal: test.signal })).toEqual([]);
    expect(await events.newestPosition(stranger, { signal: test.signal })).toBe(0);
  });

  it('keep all they say, and can be followed scan by scan', async () => {
    const scanId = test.newId();
    const event = made('x', {
      scanId,
      traceId: 'trace',
      type: 'scan.failed',
      payload: { text: 'half \ud800 and \0', nested: { n: [1, null] } },
    });
    await test.doors.asOrganization(organizationId).transaction((tx) => appendEvent(tx, event), { signal: test.signal });
    await append('another');
    await place();
    const [seen, ...rest] = await after(0, { scanId });
    expect(rest).toEqual([]);
    expect(seen).toMatchObject({ ...event, organizationId, payload: { text: 'half \ufffd and \ufffd', nested: { n: [1, null] } } });
    expect(Math.abs((seen?.occurredAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('go with the transaction that wrote them', async () => {
    const failing = test.doors.asOrganization(organizationId).transaction(
      async (tx) => {
        await appendEvent(tx, made('never'));
        throw new Error('changed my mind');
      },
      { signal: test.signal },
    );
    await expect(failing).rejects.toThrow('changed my mind');
    await place();
    expect(await namesAfter(0)).toEqual([]);
  });

  it('lose none and repeat none for a reader who resumes while many write and several relays run', async () => {
    const total = 60;
    let isWritten = false;
    const write = async (): Promise<void> => {
      await Promise.all(
        Array.from({ length: 6 }, async (_, writer) => {
          for (let at = 0; at < total / 6; at += 1) await append(`${writer}-${at}`);
        }),
      );
      isWritten = true;
    };
    const relay = async (): Promise<void> => {
      while (!isWritten) await place();
    };
    const seen: string[] = [];
    let position = 0;
    const read = async (): Promise<void> => {
      for (const event of await after(position, { limit: 7 })) {
        seen.push(String(event.payload['name']));
        expect(event.position).toBeGreaterThan(position);
        position = event.position ?? 0;
      }
    };
    const follow = async (): Promise<void> => {
      while (!isWritten) await read();
    };
    await Promise.all([write(), relay(), relay(), relay(), follow()]);
    await place();
    while (seen.length < total) await read();
    expect(new Set(seen).size).toBe(total);
    for (let writer = 0; writer < 6; writer += 1)
      expect(seen.filter((name) => name.startsWith(`${writer}-`))).toEqual(Array.from({ length: total / 6 }, (_, at) => `${writer}-${at}`));
  });

  it('are pruned by age once they are placed, in batches', async () => {
    await append('old', 'older', 'young');
    await place();
    await append('old but nobody could see it');
    const age = (name: string, days: number) =>
      test.doors.system.transaction(
        (tx) => tx.change(sql`update events set occurred_at = now() - ${days}::int * interval '1 day' where payload ->> 'name' = ${name}`),
        { signal: test.signal },
      );
    await age('old', 31);
    await age('older', 40);
    await age('old but nobody could see it', 50);
    const before = new Date(Date.now() - 30 * 86_400_000);
    const inSystem = <Result>(work: Parameters<typeof test.doors.system.transaction<Result>>[0]) =>
      test.doors.system.transaction(work, { signal: test.signal });
    expect(await inSystem((tx) => countEventsBefore(tx, before))).toBe(2);
    expect(await inSystem((tx) => deleteEventsBefore(tx, before, 1))).toBe(1);
    expect(await inSystem((tx) => deleteEventsBefore(tx, before, 10))).toBe(1);
    expect(await inSystem((tx) => deleteEventsBefore(tx, before, 10))).toBe(0);
    expect((await inSystem(unplacedEvents)).oldestAgeMs).toBeGreaterThan(49 * 86_400_000);
    await place();
    expect(await namesAfter(0)).toEqual(['young', 'old but nobody could see it']);
  });
});
