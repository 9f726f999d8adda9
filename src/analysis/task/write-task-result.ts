import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Finding } from '../../domain/finding.ts';
import { AppError } from '../../lib/errors.ts';
import { type TaskResultLine, taskResultLimits } from './task-result.ts';

/** Lines go to the compressor in pieces of about this size. */
const pieceBytes = 256 * 1024;
const flushLevel = 5;

/** What a finding can do without, the least important first, when it does not fit in a line. */
const lighter: readonly ((finding: Finding) => Finding)[] = [
  (finding) => {
    if (finding.details === undefined) return finding;
    const { rawOutput: _, ...details } = finding.details;
    return { ...finding, details };
  },
  (finding) => {
    const { fix: _, ...rest } = finding;
    return rest;
  },
  (finding) => {
    const { snippet: _, ...rest } = finding;
    return rest;
  },
];

const textOf = (line: TaskResultLine): string => {
  let text = JSON.stringify(line);
  if (line.line !== 'finding') return text;
  let { finding } = line;
  for (const lighten of lighter) {
    if (Buffer.byteLength(text) <= taskResultLimits.lineBytes) break;
    finding = lighten(finding);
    text = JSON.stringify({ line: 'finding', finding });
  }
  return text;
};

const counted = { rule: 'rules', file: 'files', finding: 'findings' } as const;

/** The lines as bytes, with the `end` line that counts them. */
async function* encode(lines: AsyncIterable<TaskResultLine> | Iterable<TaskResultLine>): AsyncGenerator<Buffer> {
  const counts = { rules: 0, files: 0, paths: 0, findings: 0 };
  let pieces: Buffer[] = [];
  let bytes = 0;
  const take = (line: TaskResultLine): void => {
    const encoded = Buffer.from(`${textOf(line)}\n`);
    if (encoded.length - 1 > taskResultLimits.lineBytes) {
      throw new AppError('engine_output_invalid', `a ${line.line} of the result has more than ${taskResultLimits.lineBytes} bytes`);
    }
    pieces.push(encoded);
    bytes += encoded.length;
  };
  for await (const line of lines) {
    if (line.line === 'end') continue;
    if (line.line === 'paths') counts.paths += line.paths.length;
    else if (line.line !== 'head') counts[counted[line.line]] += 1;
    for (const name of ['rules', 'files', 'paths', 'findings'] as const) {
      if (counts[name] > taskResultLimits[name])
        throw new AppError('engine_output_invalid', `the result has more than ${taskResultLimits[name]} ${name}`);
    }
    take(line);
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  take({ line: 'end', ...counts });
  yield Buffer.concat(pieces);
}

/**
 * Writes a task result to a new file (`task-result.ts` says how it looks); the `end` line is added, or made anew, here. The lines are taken
 * as they come, so that a long result needs no memory.
 * @throws AppError `engine_output_invalid` beyond a limit, the signal's reason
 */
export const writeTaskResult = async (
  path: string,
  lines: AsyncIterable<TaskResultLine> | Iterable<TaskResultLine>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  // Exclusive: nothing that lies there already, least of all a link, is written through.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(encode(lines), createGzip({ level: flushLevel }), file, { signal });
};
