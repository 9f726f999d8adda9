import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError } from '../../lib/errors.ts';
import type { BlobStore } from './blob-store.ts';

export interface ContractBlobStore {
  readonly store: BlobStore;
  /** A second one over the same place, as another process would have it. */
  readonly openAnother: () => Promise<BlobStore>;
  /** Changes one byte of a stored object behind the store's back. */
  readonly damage: (key: string) => Promise<void>;
  /** Number of leftovers of uploads that never ended. */
  readonly leftovers: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const never = new AbortController().signal;
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Uint8Array, chunkBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

const bytesOf = async (chunks: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> => {
  if (chunks === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};

const patterned = (sizeBytes: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length: sizeBytes }, (_, at) => (at * 31 + seed * 17 + (at >> 8)) % 256));

/** The promises of {@link BlobStore}; every adapter runs this from its own `*.contract.test.ts`. */
export const blobStoreContract = (name: string, create: () => Promise<ContractBlobStore>): void => {
  describe(`${name}: a blob store`, () => {
    let place: ContractBlobStore;
    let store: BlobStore;
    const put = (key: string, bytes: Uint8Array, options: Partial<Parameters<BlobStore['put']>[2]> = {}) =>
      store.put(key, inChunks(bytes), { signal: never, maxBytes: 10_000_000, ...options });
    const read = async (key: string) => bytesOf(await store.get(key, { signal: never }));
    const keysBelow = async (prefix: string) => {
      const keys: string[] = [];
      for await (const { key } of store.list(prefix, { signal: never })) keys.push(key);
      return keys.sort();
    };

    beforeEach(async () => {
      place = await create();
      store = place.store;
    });
    afterEach(() => place.close());

    it.each([0, 1, 999, 300_000])('gives back what was put: %i bytes', async (sizeBytes) => {
      const bytes = patterned(sizeBytes, 1);
      const put = await store.put('org/upload/one', inChunks(bytes), { signal: never, maxBytes: sizeBytes });
      expect(put).toMatchObject({ sizeBytes, sha256: sha256Of(bytes) });
      expect(await store.stat('org/upload/one', { signal: never })).toEqual(put);
      expect(await read('org/upload/one')).toEqual(bytes);
      expect(await place.leftovers()).toBe(0);
    });

    it('knows nothing of what was not put', async () => {
      expect(await store.get('org/none', { signal: never })).toBeUndefined();
      expect(await store.stat('org/none', { signal: never })).toBeUndefined();
      expect(await store.delete('org/none', { signal: never })).toBe(false);
      expect(await keysBelow('')).toEqual([]);
    });

    it('takes the same bytes again, refuses others, and keeps the first', async () => {
      const bytes = patterned(5000, 2);
      const first = await put('org/a', bytes);
      expect(await put('org/a', bytes)).toEqual(first);
      await expect(put('org/a', patterned(5000, 3))).rejects.toSatisfy((error) => isAppError(error, 'artifact_conflict'));
      expect(await read('org/a')).toEqual(bytes);
      expect(await place.leftovers()).toBe(0);
    });

    it('stores nothing that is not what was declared', async () => {
      const bytes = patterned(5000, 4);
      const refusedWith = (code: 'artifact_integrity' | 'size_limit', options: Partial<Parameters<BlobStore['put']>[2]>) =>
        expect(put('org/a', bytes, options)).rejects.toSatisfy((error) => isAppError(error, code));
      await refusedWith('artifact_integrity', { expect: { sizeBytes: 4999 } });
      await refusedWith('artifact_integrity', { expect: { sizeBytes: 5001 } });
      await refusedWith('artifact_integrity', { expect: { sizeBytes: 5000, sha256: sha256Of(patterned(5000, 5)) } });
      await refusedWith('size_limit', { maxBytes: 4999 });
      await refusedWith('size_limit', { maxBytes: 4999, expect: { sizeBytes: 5000 } });
      expect(await store.stat('org/a', { signal: never })).toBeUndefined();
      expect(await place.leftovers()).toBe(0);
      await put('org/a', bytes, { maxBytes: 5000, expect: { sizeBytes: 5000, sha256: sha256Of(bytes) } });
    });

    it('reads no more of a source than it needs to refuse it', async () => {
      let asked = 0;
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        for (;;) {
          asked += 1;
          yield new Uint8Array(1000);
        }
      };
      await expect(store.put('org/a', endless(), { signal: never, maxBytes: 10_000 })).rejects.toSatisfy((error) =>
        isAppError(error, 'size_limit'),
      );
      expect(asked).toBe(11);
    });

    it('passes on what goes wrong at the source, and leaves nothing', async () => {
      const failing = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(10);
        throw new Error('the line was cut');
      };
      await expect(store.put('org/a', failing(), { signal: never, maxBytes: 100 })).rejects.toThrow('the line was cut');
      expect(await store.stat('org/a', { signal: never })).toBeUndefined();
      expect(await place.leftovers()).toBe(0);
    });

    it('gives many puts of one key at once the same answer', async () => {
      const bytes = patterned(20_000, 6);
      const other = await place.openAnother();
      const stats = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          (at % 2 === 0 ? store : other).put('org/deep/folder/a', inChunks(bytes), { signal: never, maxBytes: 20_000 }),
        ),
      );
      expect(new Set(stats.map((stat) => stat.sha256))).toEqual(new Set([sha256Of(bytes)]));
      expect(await read('org/deep/folder/a')).toEqual(bytes);
      expect(await place.leftovers()).toBe(0);
    });

    it('lets exactly one of several different puts win', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => put('org/a', patterned(3000, at))));
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(won).toHaveLength(1);
      expect(lost.every((outcome) => isAppError(outcome.reason, 'artifact_conflict'))).toBe(true);
      expect((await store.stat('org/a', { signal: never }))?.sha256).toBe(won[0]?.value.sha256);
    });

    it('survives puts and deletes beside each other', async () => {
      const bytes = patterned(100, 7);
      await Promise.all(
        Array.from({ length: 40 }, async (_, at) => {
          const key = `org/scan/${at % 4}`;
          if (at % 3 === 0) await store.delete(key, { signal: never });
          else await put(`${key}-${at}`, bytes);
        }),
      );
      expect(await keysBelow('org/')).toHaveLength(26);
    });

    it('removes, once', async () => {
      await put('org/a', patterned(10, 8));
      expect(await store.delete('org/a', { signal: never })).toBe(true);
      expect(await store.delete('org/a', { signal: never })).toBe(false);
      expect(await read('org/a')).toBeUndefined();
      await put('org/a', patterned(11, 9));
    });

    it('lists by prefix, at a part or in the middle of one', async () => {
      const bytes = patterned(10, 10);
      for (const key of ['org-1/result/a', 'org-1/result/b', 'org-1/upload/a', 'org-2/result/a', 'org-1', 'org-1/result'])
        await put(key, bytes);
      expect(await keysBelow('org-1/result/')).toEqual(['org-1/result/a', 'org-1/result/b']);
      expect(await keysBelow('org-1/re')).toEqual(['org-1/result', 'org-1/result/a', 'org-1/result/b']);
      expect(await keysBelow('')).toHaveLength(6);
      expect(await keysBelow('org-3/')).toEqual([]);
      for await (const { stat } of store.list('org-2', { signal: never }))
        expect(stat).toMatchObject({ sizeBytes: 10, sha256: sha256Of(bytes) });
    });

    it.each([
      '',
      '/',
      '/etc/passwd',
      'a//b',
      'a/',
      '../a',
      'a/../../b',
      'a/./b',
      '..',
      'a\\b',
      'a\0b',
      'A',
      'a b',
      'ä',
      'a+blob',
      '%2e%2e/a',
      'x'.repeat(201),
      'a/'.repeat(300),
    ])('refuses the key %j', async (key) => {
      const refused = (work: Promise<unknown>) => expect(work).rejects.toSatisfy((error) => isAppError(error, 'request_invalid'));
      await refused(put(key, patterned(1, 1)));
      await refused(store.get(key, { signal: never }));
      await refused(store.stat(key, { signal: never }));
      await refused(store.delete(key, { signal: never }));
    });

    it('notices bytes that changed', async () => {
      await put('org/a', patterned(300_000, 11));
      await place.damage('org/a');
      await expect(read('org/a')).rejects.toSatisfy((error) => isAppError(error, 'artifact_integrity'));
    });

    it('ends at an abort though its source hangs, and leaves nothing behind', async () => {
      const abort = new AbortController();
      const hangs = Promise.withResolvers<void>();
      const hanging = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(10);
        hangs.resolve();
        await new Promise(() => undefined);
      };
      const putting = store.put('org/a', hanging(), { signal: abort.signal, maxBytes: 100 });
      await Promise.race([hangs.promise, putting]);
      abort.abort();
      await expect(putting).rejects.toSatisfy((error) => isAppError(error, 'cancelled'));
      expect(await store.stat('org/a', { signal: never })).toBeUndefined();
      expect(await place.leftovers()).toBe(0);

      await put('org/b', patterned(300_000, 12));
      const reading = new AbortController();
      const chunks = await store.get('org/b', { signal: reading.signal });
      const readSome = async (): Promise<void> => {
        for await (const _ of chunks ?? []) reading.abort();
      };
      await expect(readSome()).rejects.toSatisfy((error) => isAppError(error, 'cancelled'));
      for (const call of [
        () => put('org/c', patterned(1, 1), { signal: abort.signal }),
        () => store.get('org/b', { signal: abort.signal }),
        () => store.stat('org/b', { signal: abort.signal }),
        () => store.delete('org/b', { signal: abort.signal }),
        () => store.check({ signal: abort.signal }),
      ])
        await expect(call()).rejects.toSatisfy((error) => isAppError(error, 'cancelled'));
      expect(await read('org/b')).toHaveLength(300_000);
    });

    it('says that it works, and leaves no trace of asking', async () => {
      const { freeBytes } = await store.check({ signal: never });
      expect(freeBytes ?? 1).toBeGreaterThan(0);
      await Promise.all([store.check({ signal: never }), store.check({ signal: never })]);
      expect(await keysBelow('')).toEqual([]);
      expect(await place.leftovers()).toBe(0);
    });
  });
};
