import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packedLines, resultFinding, resultLines } from '../../../test/support/task-world.ts';
import { AppError } from '../../lib/errors.ts';
import { readTaskResult } from './read-task-result.ts';
import { type TaskResultLine, taskResultLimits } from './task-result.ts';

const { signal } = new AbortController();

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

const linesOf = async (bytes: AsyncIterable<Uint8Array>, until = signal): Promise<readonly TaskResultLine[]> => {
  const lines: TaskResultLine[] = [];
  for await (const line of readTaskResult(bytes, { signal: until })) lines.push(line);
  return lines;
};
const read = (bytes: Uint8Array, size = 1 << 16): Promise<readonly TaskResultLine[]> => linesOf(inPieces(bytes, size));

const refusal = async (bytes: Uint8Array): Promise<string> => {
  try {
    await read(bytes);
  } catch (error) {
    if (error instanceof AppError && error.code === 'engine_output_invalid') return error.message;
    throw error;
  }
  throw new Error('it was taken for a result');
};

const engine = 'an-engine';
const good = resultLines(engine, [resultFinding(engine, 'a'), resultFinding(engine, 'b')]);

/** What other tools say of their results, as `sarif/results.ts` takes it over. */
const foreign = { algorithm: `tool/${'e'.repeat(255)}/${'n'.repeat(256)}`, value: `${'v'.repeat(250)} (1):1` };

describe('a task result', () => {
  test('reads as it was written, however its bytes arrive', async () => {
    expect(await read(packedLines(good))).toEqual(good);
    expect(await read(packedLines(good), 1)).toEqual(good);
    expect(await read(packedLines(resultLines(engine, [])))).toEqual(resultLines(engine, []));
  });

  test('keeps every field of a finding and drops those it does not know', async () => {
    const full = resultFinding(engine, 'full', {
      location: {
        type: 'file',
        path: 'a b/ü.ts',
        startLine: 1,
        startColumn: 2,
        endLine: 3,
        endColumn: 4,
        commit: { sha: 'c'.repeat(40), author: 'a', authoredAt: '2026-01-01T00:00:00Z', subject: 's' },
      },
      snippet: { startLine: 1, lines: ['x', ''] },
      details: { cve: ['CVE-2024-1'], cvssScore: 9.8, rawOutput: { any: [1, null, 'thing'] } },
      fix: { startLine: 1, startColumn: 2, endLine: 3, endColumn: 4, replacement: '', fileDigest: 'd'.repeat(64) },
      fingerprints: [...resultFinding(engine, 'full').fingerprints, foreign],
      suppression: { source: 'inline', reason: 'known', expiresAt: '2030-01-01' },
      baseline: 'new',
    });
    const lines = resultLines(engine, [{ ...full, stranger: 1 } as typeof full]);
    const finding = (await read(packedLines(lines))).find((line) => line.line === 'finding');
    expect(finding).toEqual({ line: 'finding', finding: full });
  });

  const spoiled: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    ['is cut off in the middle', () => packedLines(good).subarray(0, 60), /not whole/],
    ['is not compressed', () => Buffer.from('{"line":"head"}\n'), /not whole/],
    ['is empty', () => new Uint8Array(), /no end|not whole/],
    ['is noise', () => randomBytes(500), /not whole/],
    ['is empty inside', () => gzipSync(''), /no end/],
    ['has no end', () => packedLines(good.slice(0, -1)), /no end/],
    ['goes on behind its end', () => packedLines([...good, good.at(-2)]), /behind its end/],
    ['has no head', () => packedLines(good.slice(1)), /head/],
    ['has two heads', () => packedLines([good[0], ...good]), /head/],
    ['counts wrongly', () => packedLines([...good.slice(0, -2), good.at(-1)]), /says it has 2 findings and has 1/],
    ['has a finding twice', () => packedLines([...good.slice(0, -1), good.at(-2), { ...good.at(-1), findings: 3 }]), /twice/],
    ['is not JSON', () => gzipSync('{"line":\n'), /not JSON in line 1/],
    ['stops in a line', () => gzipSync('{"line":"head"}'), /middle of a line/],
    ['has an unknown line', () => packedLines([good[0], { line: 'surprise' }]), /does not read in line 2/],
    [
      'has an unknown severity',
      () => packedLines([good[0], { line: 'finding', finding: { ...resultFinding(engine, 'a'), severity: 'dire' } }]),
      /severity/,
    ],
    [
      'has a finding whose id is no fingerprint of it',
      () => packedLines([good[0], { line: 'finding', finding: resultFinding(engine, 'a', { id: createHash('sha256').digest('hex') }) }]),
      /without its sightline\/v1/,
    ],
    ['has a line that is too long', () => gzipSync('x'.repeat(taskResultLimits.lineBytes + 1)), /line of more than/],
  ];
  test.each(spoiled)('is refused when it %s', async (_, bytes, message) => {
    expect(await refusal(bytes())).toMatch(message);
  });

  test('that unpacks without end stops at the length of a line', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await refusal(bomb)).toMatch(/line of more than/);
  });

  test('ends with its signal and with its source', async () => {
    const ended = new AbortController();
    ended.abort(new AppError('cancelled', 'enough'));
    await expect(linesOf(inPieces(packedLines(good), 10), ended.signal)).rejects.toMatchObject({ code: 'cancelled' });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield packedLines(good).subarray(0, 20);
      throw await Promise.resolve(new AppError('storage_unavailable', 'the disk is gone'));
    }
    await expect(linesOf(broken())).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('that is left in the middle closes its source', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield packedLines(good);
        yield packedLines(good);
      } finally {
        closed = true;
      }
    }
    for await (const line of readTaskResult(source(), { signal })) if (line.line === 'rule') break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });
});
