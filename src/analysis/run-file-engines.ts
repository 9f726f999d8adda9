import type { EngineCoverage, FileCoverage } from '../domain/coverage.ts';
import type { OnProgress } from '../domain/progress.ts';
import type { FileEngine } from '../engines/engine.ts';
import { monotonicMs } from '../lib/clock.ts';
import { type FileAnswers, rowsOfFile } from './file-rows.ts';
import type { Witnessed } from './normalise.ts';
import type { EngineOutcome } from './outcome.ts';
import { createPool } from './pool/pool.ts';
import type { EngineResult, ItemResult, LocatedFinding, WorkItem } from './pool/protocol.ts';
import type { Prepared } from './prepare-engines.ts';

export interface FileRunOptions {
  readonly engines: readonly Prepared<FileEngine>[];
  readonly root: string;
  readonly fileBytes: number;
  readonly threads: number;
  readonly fileTimeoutMs: number;
}

/** What to analyse, in order. `engines` is filled in by the run. */
export type PlannedItem = Omit<WorkItem, 'sequence' | 'engines'>;

/** Items of one message to a worker: enough that messages cost nothing, few enough that no worker idles at the end. */
const batchItems = 64;
const batchBytes = 1024 * 1024;
/** Up to this much work a second thread costs more than it brings. */
const singleThreadBytes = 512 * 1024;

interface Sequenced {
  readonly sequence: number;
  readonly engine: number;
  readonly located: LocatedFinding;
}

interface Tally {
  files: number;
  bytes: number;
}

/** Gathers results that arrive in any order and gives them back in the order of the items. */
const createCollector = (engineNames: readonly string[], keepAnalysed: boolean) => {
  const findings: Sequenced[] = [];
  const answers = new Map<number, FileAnswers>();
  const tallies: Tally[] = engineNames.map(() => ({ files: 0, bytes: 0 }));

  const takeResult = (item: ItemResult, result: EngineResult): void => {
    for (const located of result.findings) findings.push({ sequence: item.sequence, engine: result.engine, located });
    if (item.common !== undefined) return;
    const tally = tallies[result.engine];
    if (tally === undefined || (result.state !== 'analysed' && result.state !== 'degraded')) return;
    tally.files += 1;
    tally.bytes += item.bytes;
  };

  return {
    take: (item: ItemResult): void => {
      for (const result of item.results) takeResult(item, result);
      // History has an item for each commit and file: those that went well are forgotten at once.
      if (!keepAnalysed && item.common === undefined && item.results.every(({ state }) => state === 'analysed')) return;
      const known: FileAnswers = answers.get(item.sequence) ?? { path: item.path, bytes: 0, results: [] };
      answers.set(item.sequence, known);
      known.bytes = Math.max(known.bytes, item.bytes);
      if (item.common !== undefined) known.common = item.common;
      for (const { engine, state, reason, detail } of item.results) {
        known.results.push({ engine, state, ...(reason === undefined ? {} : { reason }), ...(detail === undefined ? {} : { detail }) });
      }
    },
    findingCount: (): number => findings.length,
    tallies,
    findings: (): readonly Sequenced[] => findings.sort((a, b) => a.sequence - b.sequence || a.engine - b.engine),
    rows: (): FileCoverage[] =>
      [...answers].sort(([a], [b]) => a - b).flatMap(([, answer]) => rowsOfFile(answer, engineNames, keepAnalysed)),
  };
};

/** Groups items into batches without holding more than one batch. */
async function* inBatches(
  items: Iterable<PlannedItem> | AsyncIterable<PlannedItem>,
  engines: readonly number[],
): AsyncGenerator<WorkItem[]> {
  let batch: WorkItem[] = [];
  let bytes = 0;
  let sequence = 0;
  for await (const item of items) {
    batch.push({ ...item, sequence: sequence++, engines });
    bytes += item.sizeBytes;
    if (batch.length < batchItems && bytes < batchBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

export interface RunTotals {
  readonly items: number;
  readonly bytes: number;
  readonly findings: number;
}

export interface FileRunHooks {
  /** Called after each item, in any order. */
  readonly onItem: (totals: RunTotals, item: ItemResult) => void;
  /** False: rows of items that went well are not kept (history has one per commit and file). */
  readonly keepAnalysed: boolean;
  /** Adjusts a finding to where its item came from; undefined drops it. Called in the order of the items. */
  readonly place?: (sequence: number, located: LocatedFinding) => LocatedFinding | undefined;
}

const coverageOf = ({ engine, prepared }: Prepared<FileEngine>, tally: Tally | undefined, startedMs: number): EngineCoverage => ({
  engine: engine.name,
  version: engine.version,
  rulesetDigest: prepared.rulesetDigest,
  ruleCount: prepared.rules.length,
  state: 'complete',
  filesAnalysed: tally?.files ?? 0,
  bytesAnalysed: tally?.bytes ?? 0,
  durationMs: monotonicMs() - startedMs,
});

/** Runs every file engine over the items on a pool of threads. @throws AppError the signal's reason, `engine_failed` */
export const runFileEngines = async (
  items: Iterable<PlannedItem> | AsyncIterable<PlannedItem>,
  options: FileRunOptions,
  hooks: FileRunHooks,
  { signal }: { readonly signal: AbortSignal },
): Promise<EngineOutcome> => {
  const names = options.engines.map(({ engine }) => engine.name);
  if (names.length === 0) return { witnessed: [], files: [], engines: [] };
  const startedMs = monotonicMs();
  const collector = createCollector(names, hooks.keepAnalysed);
  let itemCount = 0;
  let bytes = 0;
  const pool = createPool(
    {
      threads: options.threads,
      root: options.root,
      engines: options.engines.map(({ engine, prepared }) => ({ name: engine.name, options: prepared.options })),
      fileBytes: options.fileBytes,
      itemTimeoutMs: options.fileTimeoutMs,
      heapBytes: options.engines.reduce((sum, { engine }) => sum + engine.memoryBytes, 0),
      onResult: (result) => {
        collector.take(result);
        itemCount += 1;
        bytes += result.bytes;
        hooks.onItem({ items: itemCount, bytes, findings: collector.findingCount() }, result);
      },
    },
    { signal },
  );
  try {
    const engineIndexes = names.map((_, index) => index);
    for await (const batch of inBatches(items, engineIndexes)) await pool.submit(batch);
    await pool.drain();
  } finally {
    await pool.close();
  }
  const witnessed = collector.findings().flatMap(({ sequence, engine, located }): Witnessed[] => {
    const placed = hooks.place === undefined ? located : hooks.place(sequence, located);
    if (placed === undefined) return [];
    const { finding: raw, ...rest } = placed;
    return [{ engine: names[engine] ?? '', raw, ...rest }];
  });
  return {
    witnessed,
    files: collector.rows(),
    engines: options.engines.map((prepared, index) => coverageOf(prepared, collector.tallies[index], startedMs)),
  };
};

/** Threads worth starting for that much work. */
export const threadsFor = (wanted: number, totalBytes: number): number =>
  totalBytes <= singleThreadBytes ? 1 : Math.max(1, Math.min(wanted, Math.ceil(totalBytes / singleThreadBytes)));

/** Reports progress of a run over a known number of files. */
export const fileProgress = (
  engines: readonly Prepared<FileEngine>[],
  total: number,
  bytesTotal: number,
  onProgress: OnProgress,
): FileRunHooks['onItem'] => {
  const engine = engines.map((each) => each.engine.name).join('+');
  return ({ items, bytes, findings }) => onProgress({ type: 'files', engine, done: items, total, bytesDone: bytes, bytesTotal, findings });
};
