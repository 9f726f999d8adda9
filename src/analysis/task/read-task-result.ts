import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { primaryAlgorithm } from '../../domain/fingerprint.ts';
import { abortReason } from '../../lib/abort.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { type TaskResultLine, taskResultLimits } from './task-result.ts';
import { taskResultLineSchema } from './task-result-schema.ts';

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError('engine_output_invalid', `the result ${message}`, cause === undefined ? {} : { cause });

/** Zlib tells what is wrong with the bytes by a code of its own. */
const isCorruption = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

async function* bounded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.byteLength;
    if (read > taskResultLimits.compressedBytes) throw invalid(`has more than ${taskResultLimits.compressedBytes} bytes`);
    yield chunk;
  }
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const source = Readable.from(bounded(bytes), { objectMode: false });
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  const stop = (): void => void gunzip.destroy(abortReason(signal));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    let total = 0;
    for await (const chunk of source.pipe(gunzip)) {
      const piece = chunk as Buffer;
      total += piece.length;
      if (total > taskResultLimits.totalBytes) throw invalid(`has more than ${taskResultLimits.totalBytes} bytes unpacked`);
      yield piece;
    }
  } catch (error) {
    throw isCorruption(error) ? invalid(`is not whole: ${messageOf(error)}`, error) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
    gunzip.destroy();
  }
}

/** Lines without their ends. Text behind the last end of a line is one that was cut off. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const checkLength = (bytes: number): void => {
    if (bytes > taskResultLimits.lineBytes) throw invalid(`has a line of more than ${taskResultLimits.lineBytes} bytes`);
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      const rest = piece.subarray(from, end);
      checkLength(begunBytes + rest.length);
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
      begun = [];
      begunBytes = 0;
      from = end + 1;
    }
    if (from === piece.length) continue;
    begun.push(piece.subarray(from));
    begunBytes += piece.length - from;
    checkLength(begunBytes);
  }
  if (begunBytes > 0) throw invalid('ends in the middle of a line');
}

const parseLine = (bytes: Buffer, number: number): TaskResultLine => {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalid(`is not JSON in line ${number}`, error);
  }
  const parsed = taskResultLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(
    `does not read in line ${number}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
    parsed.error,
  );
};

type Count = 'rules' | 'files' | 'paths' | 'findings';

const counted = (line: TaskResultLine): { readonly name: Count; readonly by: number } | undefined => {
  if (line.line === 'paths') return { name: 'paths', by: line.paths.length };
  if (line.line === 'rule') return { name: 'rules', by: 1 };
  if (line.line === 'file') return { name: 'files', by: 1 };
  return line.line === 'finding' ? { name: 'findings', by: 1 } : undefined;
};

/**
 * Reads a task result as it comes, one checked line after the other: `head` first, `end` last with the true counts, no finding twice. What
 * was given out is only worth something when the reading came to its end.
 * @throws AppError `engine_output_invalid`; what `bytes` throws; the signal's reason
 */
export async function* readTaskResult(
  bytes: AsyncIterable<Uint8Array>,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<TaskResultLine> {
  const counts: Record<Count, number> = { rules: 0, files: 0, paths: 0, findings: 0 };
  const seen = new Set<string>();
  let number = 0;
  let heldBytes = 0;
  let hasEnded = false;
  for await (const text of linesOf(unpacked(bytes, signal))) {
    number += 1;
    if (hasEnded) throw invalid('goes on behind its end');
    const line = parseLine(text, number);
    if ((line.line === 'head') !== (number === 1)) throw invalid('has its head in the wrong place, or none');
    const add = counted(line);
    if (add !== undefined && (counts[add.name] += add.by) > taskResultLimits[add.name]) {
      throw invalid(`has more than ${taskResultLimits[add.name]} ${add.name}`);
    }
    if (line.line === 'finding') {
      const { id, engine, fingerprints } = line.finding;
      if (seen.size === seen.add(`${engine} ${id}`).size) throw invalid(`has the finding of line ${number} twice`);
      if (!fingerprints.some(({ algorithm, value }) => algorithm === primaryAlgorithm && value === id)) {
        throw invalid(`has a finding without its ${primaryAlgorithm} fingerprint in line ${number}`);
      }
    } else if ((heldBytes += text.length) > taskResultLimits.heldBytes) {
      throw invalid(`has more than ${taskResultLimits.heldBytes} bytes besides findings`);
    }
    if (line.line === 'end') {
      for (const name of ['rules', 'files', 'paths', 'findings'] as const) {
        if (line[name] !== counts[name]) throw invalid(`says it has ${line[name]} ${name} and has ${counts[name]}`);
      }
      hasEnded = true;
    }
    yield line;
  }
  if (!hasEnded) throw invalid('has no end');
}
