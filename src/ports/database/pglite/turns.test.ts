import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('gives one turn at a time, in order within an owner, and no owner two while another waits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), async (owners) => {
      const turns = createTurns<string>();
      const served: string[] = [];
      let running = 0;
      let most = 0;
      for (const [index, owner] of owners.entries()) {
        turns.add(owner, async () => {
          running += 1;
          most = Math.max(most, running);
          await Promise.resolve();
          served.push(`${owner}${index}`);
          running -= 1;
        });
      }
      await turns.idle();
      expect(most).toBe(Math.min(1, owners.length));
      expect(served.toSorted()).toEqual(owners.map((owner, index) => `${owner}${index}`).toSorted());
      for (const owner of ['a', 'b', 'c']) {
        const own = served.filter((name) => name.startsWith(owner)).map((name) => Number(name.slice(1)));
        expect(own).toEqual(own.toSorted((x, y) => x - y));
      }
      const twice = served.filter(
        (name, at) => served[at + 1]?.[0] === name[0] && served.slice(at + 1).some((later) => later[0] !== name[0]),
      );
      expect(twice).toEqual([]);
    }),
  );
});

it('drops what is cancelled and what a gone owner wanted', async () => {
  const turns = createTurns<string>();
  const served: string[] = [];
  const serve = (name: string) => (): Promise<void> => Promise.resolve(void served.push(name));
  turns.add('a', serve('a1'));
  turns.add('a', serve('a2')).cancel();
  turns.add('b', serve('b1'));
  turns.add('c', serve('c1'));
  turns.drop('b');
  await turns.idle();
  expect(served).toEqual(['a1', 'c1']);
  await turns.idle();
});

it('lets the owner go first whose last turn is longest ago, whoever asked first', async () => {
  const turns = createTurns<string>();
  const served: string[] = [];
  const serve = (name: string) => (): Promise<void> => Promise.resolve(void served.push(name));
  turns.add('busy', serve('busy 1'));
  turns.add('quiet', serve('quiet 1'));
  const long = Promise.withResolvers<void>();
  turns.add('busy', () => long.promise);
  await Promise.resolve();
  turns.add('busy', serve('busy 2'));
  turns.add('quiet', serve('quiet 2'));
  long.resolve();
  await turns.idle();
  expect(served).toEqual(['busy 1', 'quiet 1', 'quiet 2', 'busy 2']);
});
