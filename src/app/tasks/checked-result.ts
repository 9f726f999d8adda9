import { readTaskResult } from '../../analysis/task/read-task-result.ts';
import type { TaskResultHead, TaskResultLine } from '../../analysis/task/task-result.ts';
import type { FileCoverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import { type CommitRequest, resultKeyOf } from '../../domain/lease-service.ts';
import type { Rule } from '../../domain/rule.ts';
import type { SeverityCounts } from '../../domain/scan-record.ts';
import type { Severity } from '../../domain/severity.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import type { BlobStore } from '../../ports/blob-store/blob-store.ts';
import { packPaths } from '../../store/coverage.ts';

/** A result that was read to its end and is what it says. */
export interface CheckedResult {
  readonly head: TaskResultHead;
  readonly rules: readonly Rule[];
  readonly files: readonly FileCoverage[];
  /** Plainly analysed files, and their paths by `packPaths`. */
  readonly plainFiles: number;
  readonly analysedPaths: Uint8Array;
  readonly counts: SeverityCounts;
  readonly findingsCount: number;
  /** In batches; read once more from the blob store where they are too many to be kept in memory. */
  readonly findings: () => AsyncIterable<readonly Finding[]>;
}

interface ReadOptions {
  readonly signal: AbortSignal;
}

const keptFindings = 5_000;
const batchSize = 1_000;

const bytesOf = async (blobs: BlobStore, key: string, options: ReadOptions): Promise<AsyncIterable<Uint8Array>> => {
  const bytes = await blobs.get(key, options);
  if (bytes === undefined) throw new AppError('engine_output_invalid', 'the result is not in the blob store');
  return bytes;
};

async function* batchesOf(findings: AsyncIterable<Finding> | Iterable<Finding>): AsyncGenerator<readonly Finding[]> {
  let batch: Finding[] = [];
  for await (const finding of findings) {
    batch.push(finding);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* findingsIn(lines: AsyncIterable<TaskResultLine>): AsyncGenerator<Finding> {
  for await (const line of lines) if (line.line === 'finding') yield line.finding;
}

/** An engine speaks for itself only; an import holds what other tools said. */
const checkSpeaker = (task: TaskRecord, isImport: boolean, engine: string): void => {
  if (!isImport && engine !== task.engine)
    throw new AppError('engine_output_invalid', `the result of ${task.engine} speaks for engine ${engine}`);
};

const checkNames = (request: CommitRequest): void => {
  if (request.resultKey !== resultKeyOf(request, request.resultSha256))
    throw new AppError('engine_output_invalid', 'the result is not stored under the key of its lease');
};

/**
 * Reads the whole result before anything of it is stored: the process that wrote it has looked at hostile bytes.
 * @throws AppError `engine_output_invalid`, `storage_unavailable`, the signal's reason
 */
export const checkResult = async (
  blobs: BlobStore,
  request: CommitRequest,
  task: TaskRecord,
  isImport: boolean,
  options: ReadOptions,
): Promise<CheckedResult> => {
  checkNames(request);
  const stat = await blobs.stat(request.resultKey, options);
  if (stat?.sha256 !== request.resultSha256 || stat.sizeBytes !== request.resultBytes)
    throw new AppError(
      'engine_output_invalid',
      stat === undefined ? 'the result is not in the blob store' : 'the stored result is another one',
    );

  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const rules: Rule[] = [];
  const files: FileCoverage[] = [];
  const paths: string[] = [];
  let kept: Finding[] | undefined = [];
  let head: TaskResultHead | undefined;
  let findingsCount = 0;
  try {
    for await (const line of readTaskResult(await bytesOf(blobs, request.resultKey, options), options)) {
      if (line.line === 'head') head = line;
      else if (line.line === 'rule') rules.push(line.rule);
      else if (line.line === 'file') files.push(line.file);
      else if (line.line === 'paths') for (const path of line.paths) paths.push(path);
      else if (line.line === 'finding') {
        checkSpeaker(task, isImport, line.finding.engine);
        counts[line.finding.severity] += 1;
        findingsCount += 1;
        kept = findingsCount > keptFindings ? undefined : kept;
        kept?.push(line.finding);
      }
    }
  } catch (error) {
    if (isAppError(error, 'artifact_integrity'))
      throw new AppError('engine_output_invalid', 'the stored result was damaged', { cause: error });
    throw error;
  }
  if (head === undefined) throw new AppError('engine_output_invalid', 'the result has no head');

  const inMemory = kept;
  const readAgain = async function* (): AsyncGenerator<Finding> {
    yield* findingsIn(readTaskResult(await bytesOf(blobs, request.resultKey, options), options));
  };
  const analysedPaths = await packPaths(paths);
  return {
    head,
    rules,
    files,
    plainFiles: paths.length,
    analysedPaths,
    counts,
    findingsCount,
    findings: () => batchesOf(inMemory ?? readAgain()),
  };
};
