import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../lib/errors.ts';
import { checkOutputFile, writeOut, writeOutputFile } from './output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

describe('writeOutputFile', () => {
  it('keeps the old file when a report breaks in the middle', async () => {
    const file = join(folder, 'out.json');
    writeFileSync(file, 'old');
    const pieces = function* () {
      yield 'x'.repeat(100_000);
      throw new Error('broken');
    };
    const output = await checkOutputFile('out.json', folder, 'id');
    await expect(writeOutputFile(output, pieces(), 'id', { signal })).rejects.toMatchObject({ code: 'output_unwritable' });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out.json']);
  });

  it('stops at an abort with its reason, and leaves nothing', async () => {
    const controller = new AbortController();
    controller.abort(new AppError('cancelled', 'interrupted'));
    const output = await checkOutputFile('out.json', folder, 'id');
    await expect(writeOutputFile(output, ['x'], 'id', controller)).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(folder, 'out.json'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes pieces in order', async () => {
    const output = await checkOutputFile('out.txt', folder, 'id');
    const pieces = Array.from({ length: 50_000 }, (_, index) => `${index}\n`);
    await writeOutputFile(output, pieces, 'id', { signal });
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toBe(pieces.join(''));
  });
});

describe('writeOut', () => {
  const failing = (code: string): Writable => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
    stream.on('error', () => undefined);
    return stream;
  };

  it('takes a reader that went away as no error', async () => {
    const stream = failing('EPIPE');
    await expect(writeOut(stream, ['a'], { signal })).resolves.toBeUndefined();
    await expect(writeOut(stream, ['b'], { signal })).resolves.toBeUndefined();
  });

  it('takes everything else as one', async () => {
    await expect(writeOut(failing('ENOSPC'), ['a'], { signal })).rejects.toMatchObject({ code: 'output_unwritable' });
  });

  it('waits for a slow reader', async () => {
    let pending = 0;
    let most = 0;
    const stream = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        pending += 1;
        most = Math.max(most, pending);
        setImmediate(() => {
          pending -= 1;
          done();
        });
      },
    });
    await writeOut(stream, Array(10).fill('x'.repeat(70_000)), { signal });
    expect(most).toBe(1);
  });
});
