/**
 * A worker thread of the pool: reads each file once and shows it to every engine. It publishes what it is busy with, so that the pool
 * can end it when a file takes too long and knows which file and engine were at fault.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FindingKind, RawFinding } from '../../domain/finding.ts';
import { appliesTo, directiveForNextLine, directiveOnLine, nosemgrepDirective } from '../../domain/inline-directive.ts';
import { lineHashes } from '../../domain/line-hash.ts';
import type { FileAnalyser } from '../../engines/engine.ts';
import { loadEngine } from '../../engines/registry.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { createLineTexts } from './line-texts.ts';
import type { Batch, EngineResult, ItemResult, LocatedFinding, WorkerMessage, WorkerSetup, WorkItem } from './protocol.ts';
import { idle, slot } from './protocol.ts';
import { createFileReader } from './read-file.ts';

interface OpenEngine {
  readonly analyser: FileAnalyser;
  readonly kinds: readonly FindingKind[];
}

const openEngines = (setup: WorkerSetup): Promise<OpenEngine[]> =>
  Promise.all(
    setup.engines.map(async ({ name, options }) => {
      const engine = await loadEngine(name);
      if (engine.scope !== 'file') throw new TypeError(`engine ${name} does not work on single files`);
      return { analyser: await engine.openAnalyser(options), kinds: engine.kinds };
    }),
  );

/** GitHub takes no results in larger files, and hashing needs the file as one string. */
const lineHashBytes = 8 * 1024 ** 2;

/** Adds what stands in the source around a finding: a directive to ignore it, and GitHub's hash of its line. */
const locate = (bytes: Uint8Array, findings: readonly RawFinding[], kinds: readonly FindingKind[]): LocatedFinding[] => {
  if (findings.length === 0) return [];
  const textOf = createLineTexts(bytes);
  const lines = new Set(findings.flatMap(({ location }) => (location.type === 'file' ? [location.startLine] : [])));
  const hashes =
    lines.size === 0 || bytes.length > lineHashBytes ? new Map<number, string>() : lineHashes(Buffer.from(bytes).toString('utf8'), lines);
  return findings.map((finding): LocatedFinding => {
    if (finding.location.type !== 'file') return { finding };
    const { startLine, endLine } = finding.location;
    const [line, previous] = [textOf(startLine), textOf(startLine - 1)];
    const candidates = [directiveOnLine(line), directiveForNextLine(previous), nosemgrepDirective(line, previous)];
    if (endLine !== startLine) candidates.push(directiveOnLine(textOf(endLine)));
    const ignored = candidates.find((candidate) => candidate !== undefined && appliesTo(candidate, finding.ruleId, kinds));
    const lineHash = hashes.get(startLine);
    return {
      finding,
      ...(ignored === undefined ? {} : { ignoredBecause: ignored.reason }),
      ...(lineHash === undefined ? {} : { lineHash }),
    };
  });
};

const start = async (port: NonNullable<typeof parentPort>, setup: WorkerSetup): Promise<void> => {
  const { state } = setup;
  const engines = await openEngines(setup);
  const readFile = createFileReader(setup.root, setup.fileBytes);

  const runEngine = (index: number, item: WorkItem, bytes: Uint8Array, epochMs: number): EngineResult => {
    const engine = engines[index];
    if (engine === undefined) throw new RangeError(`no engine ${index}`);
    Atomics.store(state, slot.startedAtMs, monotonicMs() - epochMs);
    Atomics.store(state, slot.engine, index);
    try {
      const analysis = engine.analyser.analyse({ path: item.path, bytes, ...(item.commit === undefined ? {} : { commit: item.commit }) });
      return { engine: index, ...analysis, findings: locate(bytes, analysis.findings, engine.kinds) };
    } catch (error) {
      return { engine: index, state: 'failed', reason: 'crash', detail: messageOf(error), findings: [] };
    } finally {
      Atomics.store(state, slot.engine, idle);
    }
  };

  const runItem = (item: WorkItem, epochMs: number): ItemResult => {
    const read = item.text === undefined ? readFile(item.path, item.pathBytes) : ({ ok: true, bytes: item.text } as const);
    if (!read.ok) {
      const { ok: _, ...common } = read;
      const results = common.reason === 'binary' ? item.engines.map((index) => runEngine(index, item, new Uint8Array(0), epochMs)) : [];
      return { sequence: item.sequence, path: item.path, bytes: 0, common, results };
    }
    const results = item.engines.map((index) => runEngine(index, item, read.bytes, epochMs));
    return { sequence: item.sequence, path: item.path, bytes: read.bytes.length, results };
  };

  /** `slot.item` is idle meanwhile: what no file is to blame for counts against no file's time. */
  const warmUp = async (items: readonly WorkItem[]): Promise<void> => {
    for (const [index, { analyser }] of engines.entries()) {
      await analyser.warm?.(items.flatMap(({ path, engines: wanted }) => (wanted.includes(index) ? [path] : [])));
    }
  };

  const send = (message: WorkerMessage): void => port.postMessage(message);
  const runBatch = (batch: Batch): void => {
    const results = batch.items.map((item, index) => {
      Atomics.store(state, slot.startedAtMs, monotonicMs() - batch.epochMs);
      Atomics.store(state, slot.item, index);
      const result = runItem(item, batch.epochMs);
      Atomics.add(state, slot.doneItems, 1);
      return result;
    });
    Atomics.store(state, slot.item, idle);
    send({ type: 'batch', id: batch.id, results });
  };
  port.on('message', (batch: Batch) => {
    warmUp(batch.items).then(
      () => runBatch(batch),
      (error: unknown) => send({ type: 'broken', message: messageOf(error) }),
    );
  });
  send({ type: 'ready' });
};

if (parentPort !== null) {
  const port = parentPort;
  start(port, workerData as WorkerSetup).catch((error: unknown) => {
    port.postMessage({ type: 'broken', message: messageOf(error) } satisfies WorkerMessage);
  });
}
