import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckoutWishes, checkoutRequest } from '../../../test/support/checkout-request.ts';
import { quickestMs } from '../../../test/support/quickest.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { ProgressEvent } from '../../domain/progress.ts';
import { isAppError } from '../../lib/errors.ts';
import type { Checkout, CheckoutRequest, CheckoutSource } from './checkout.ts';

/** A target that holds exactly the given files, all of them tracked where the form knows the word. */
export interface ContractTarget {
  readonly target: string;
  /** What the request needs beside the target. */
  readonly request?: Partial<CheckoutRequest>;
}

export interface ContractAdapter {
  readonly source: CheckoutSource;
  /** `folder` is a directory of the test alone; the target must outlive the call. */
  readonly makeTarget: (files: Readonly<Record<string, string | Buffer>>, folder: string) => Promise<ContractTarget>;
  /** A target of this form that does not exist. */
  readonly missingTarget: (folder: string) => Promise<ContractTarget>;
  /** A target of the others' forms, which `accepts` must refuse. */
  readonly foreignTarget: string;
  /** How a spent file budget shows: a tree that is ours is cut, one that came from outside is refused. */
  readonly overFileBudget: 'cut' | 'refused';
  readonly close?: () => Promise<void>;
}

/** The promises of {@link CheckoutSource}; every adapter runs this from its own `*.contract.test.ts`. */
export const checkoutContract = (name: string, create: () => Promise<ContractAdapter>): void => {
  describe(`${name}: a checkout source`, () => {
    let adapter: ContractAdapter;
    let folder: TemporaryFolder;
    let scratch: string;
    let events: ProgressEvent[];

    beforeEach(async () => {
      adapter = await create();
      folder = temporaryFolder();
      scratch = join(folder.path, 'scratch');
      mkdirSync(scratch);
      mkdirSync(join(folder.path, 'target'));
      events = [];
    });
    afterEach(async () => {
      await adapter.close?.();
      folder.remove();
    });

    const openTarget = (
      { target, request = {} }: ContractTarget,
      more: CheckoutWishes = {},
      signal: AbortSignal = new AbortController().signal,
    ): Promise<Checkout> =>
      adapter.source.open(checkoutRequest(target, { ...request, ...more }), {
        scratch,
        environment: { searchPath: process.env['PATH'] ?? '' },
        onProgress: (event) => events.push(event),
        signal,
      });
    const make = (files: Readonly<Record<string, string | Buffer>>): Promise<ContractTarget> =>
      adapter.makeTarget(files, join(folder.path, 'target'));
    const codeOf = async (work: Promise<Checkout>): Promise<string> => {
      try {
        await (await work).dispose();
        return 'none';
      } catch (error) {
        if (isAppError(error)) return error.code;
        throw error;
      }
    };
    const leftovers = (): readonly string[] => readdirSync(scratch);

    it('lists the files, sorted, with their bytes as they are', async () => {
      const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const files = {
        'b/c.txt': 'line\r\nline\n',
        'b.txt': 'x',
        'Z.txt': '$Id$\n',
        'a/deep/er/file': binary,
        'odd \u202e name': 'rtl',
        '<img onerror>': 'html',
        '=cmd|x': 'formula',
        '.gitattributes': '* text eol=crlf ident\n*.txt export-ignore\n',
        empty: '',
      };
      const checkout = await openTarget(await make(files));
      const paths = Object.keys(files).sort();
      expect(checkout.files.map((file) => file.path)).toEqual(paths);
      for (const [path, content] of Object.entries(files)) {
        expect(readFileSync(join(checkout.root, path)).equals(Buffer.from(content as string))).toBe(true);
        expect(checkout.files.find((file) => file.path === path)?.sizeBytes).toBe(Buffer.byteLength(content));
      }
      expect(checkout.leftOut.filter((row) => row.path !== '.git/')).toEqual([]);
      expect(checkout.target.kind).toBe(adapter.source.name);
      await checkout.dispose();
    });

    it('leaves out what .sightlineignore and the person say, and tells which rule it was', async () => {
      const target = await make({
        '.sightlineignore': 'vendor/\n*.min.js\n',
        'vendor/a': 'x',
        'vendor/b': 'x',
        'src/a.min.js': 'x',
        'src/a.js': 'x',
        'test/t': 'x',
      });
      const checkout = await openTarget(target, { exclude: ['/test/'] });
      expect(checkout.files.map((file) => file.path)).toEqual(['.sightlineignore', 'src/a.js']);
      const rows = checkout.leftOut.filter((row) => row.path !== '.git/');
      expect(rows.every((row) => row.state === 'excluded' && row.reason === 'ignored')).toBe(true);
      expect(rows.find((row) => row.path === 'src/a.min.js')?.detail).toContain('*.min.js');
      expect(rows.some((row) => row.path.startsWith('vendor/'))).toBe(true);
      expect(rows.some((row) => row.path.startsWith('test/'))).toBe(true);
      await checkout.dispose();
    });

    it('takes a tracked file although .gitignore matches it', async () => {
      const checkout = await openTarget(await make({ '.gitignore': '*.env\nsecrets/\n', 'prod.env': 'x', 'secrets/key': 'x' }));
      expect(checkout.files.map((file) => file.path)).toEqual(['.gitignore', 'prod.env', 'secrets/key']);
      await checkout.dispose();
    });

    it('leaves out a file over the size, and says so', async () => {
      const checkout = await openTarget(await make({ small: 'x', large: 'x'.repeat(5000) }), { budgets: { fileBytes: 1000 } });
      expect(checkout.files.map((file) => file.path)).toEqual(['small']);
      expect(checkout.leftOut.find((row) => row.path === 'large')).toMatchObject({
        state: 'excluded',
        reason: 'too_large',
        sizeBytes: 5000,
      });
      await checkout.dispose();
    });

    it('never passes a spent file budget in silence', async () => {
      const target = await make(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, 'x'])));
      const outcome = await openTarget(target, { budgets: { files: 10 } }).then(
        async (checkout) => {
          await checkout.dispose();
          const isTold = checkout.leftOut.some((row) => row.state === 'failed' && row.reason === 'budget');
          return isTold && checkout.files.length === 10 ? 'cut' : 'silent';
        },
        (error: unknown) => (isAppError(error, 'file_limit') ? 'refused' : String(error)),
      );
      expect(outcome).toBe(adapter.overFileBudget);
      expect(leftovers()).toEqual([]);
    });

    it('reads and writes nothing outside its root and its scratch directory', async () => {
      const before = readdirSync(folder.path).sort();
      const checkout = await openTarget(await make({ 'a/b': 'x' }));
      const isInPlace = !checkout.root.startsWith(scratch + sep);
      expect(isInPlace).toBe(adapter.source.name === 'directory');
      expect(readdirSync(folder.path).sort()).toEqual(before);
      await checkout.dispose();
    });

    it('removes what it wrote when it is disposed of, twice if asked', async () => {
      const target = await make({ a: 'x' });
      const checkout = await openTarget(target);
      await checkout.dispose();
      await checkout.dispose();
      expect(leftovers()).toEqual([]);
      const again = await openTarget(target);
      expect(again.files).toHaveLength(1);
      await again.dispose();
    });

    it('tells its phases', async () => {
      await (await openTarget(await make({ a: 'x' }))).dispose();
      expect(events.some((event) => event.type === 'phase')).toBe(true);
    });

    it('names a target that does not exist, and leaves nothing', async () => {
      const code = await codeOf(openTarget(await adapter.missingTarget(join(folder.path, 'target'))));
      expect(['target_not_found', 'git_failed', 'authentication_required', 'ref_not_found']).toContain(code);
      expect(leftovers()).toEqual([]);
    });

    it('does nothing for a signal that is aborted already', async () => {
      const target = await make({ a: 'x' });
      expect(await codeOf(openTarget(target, {}, AbortSignal.abort()))).toBe('cancelled');
      expect(leftovers()).toEqual([]);
    });

    it('ends within a second of abort, wherever it is, and leaves nothing', async () => {
      const target = await make(
        Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`d${index % 40}/f${index}`, `content ${index}\n`])),
      );
      for (const delayMs of [0, 5, 20, 60]) {
        const endMs = async (): Promise<number> => {
          const controller = new AbortController();
          let abortedAtMs = Number.POSITIVE_INFINITY;
          const timer = setTimeout(() => {
            abortedAtMs = performance.now();
            controller.abort();
          }, delayMs);
          const code = await codeOf(openTarget(target, {}, controller.signal));
          clearTimeout(timer);
          // It may have been done before.
          expect(['cancelled', 'none']).toContain(code);
          expect(leftovers()).toEqual([]);
          return code === 'none' ? 0 : performance.now() - abortedAtMs;
        };
        expect(await quickestMs(1000, endMs)).toBeLessThan(1000);
      }
    });

    it('accepts its own targets and none of the others', async () => {
      expect(await adapter.source.accepts((await make({ a: 'x' })).target)).toBe(true);
      expect(await adapter.source.accepts(adapter.foreignTarget)).toBe(false);
    });
  });
};
