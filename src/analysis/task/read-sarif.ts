import { createHash } from 'node:crypto';
import type { EngineCoverage } from '../../domain/coverage.ts';
import type { GateThreshold } from '../../domain/severity.ts';
import { AppError } from '../../lib/errors.ts';
import { jsonElements } from '../sarif/json-elements.ts';
import { createOrdinals, readResult } from '../sarif/results.ts';
import { readRuns, type SarifRun, sarifLimits } from '../sarif/runs.ts';
import { type TaskResultLine, taskResultFormat } from './task-result.ts';

export interface SarifOptions {
  readonly toolVersion: string;
  readonly failOn: GateThreshold;
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
}

const hint = 'Give a SARIF 2.1.0 log as plain JSON, as a tool wrote it.';
const invalid = (reason: string): AppError => new AppError('sarif_invalid', `the log cannot be imported: ${reason}`, { hint });

const maxEngines = 64;
/** Of all rule ids together: they travel in one line. */
const maxRuleCharacters = 400_000;
const pathsPerLine = 100;

/** Not yet unpacked: the commonest mistake gets an answer of its own. */
async function* plainText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) throw invalid('it is compressed; unpack it first');
    isFirst = false;
    yield chunk;
  }
}

const worst = (runs: readonly SarifRun[]): SarifRun['outcome'] =>
  runs.some(({ outcome }) => outcome === 'failed')
    ? 'failed'
    : runs.some(({ outcome }) => outcome === 'unknown')
      ? 'unknown'
      : 'successful';

const ruleIdsOf = (runs: readonly SarifRun[]): readonly string[] => [...new Set(runs.flatMap((run) => [...run.rulesById.keys()]))].sort();

/** Files that every run of the engine says it analysed; none unless each says that it went well. */
const analysedBy = (runs: readonly SarifRun[]): readonly string[] => {
  const [first, ...others] = runs.map(({ analysed }) => new Set(analysed));
  if (first === undefined || worst(runs) !== 'successful') return [];
  return [...first].filter((path) => others.every((paths) => paths.has(path))).sort();
};

const engineCoverage = (engine: string, runs: readonly SarifRun[], filesAnalysed: number): EngineCoverage => {
  const ruleIds = ruleIdsOf(runs);
  return {
    engine,
    version: runs[0]?.toolVersion ?? 'unknown',
    rulesetDigest: createHash('sha256').update(JSON.stringify(ruleIds)).digest('hex'),
    ruleCount: ruleIds.length,
    ...(worst(runs) === 'failed'
      ? { state: 'failed' as const, reason: 'the log says that the run was not successful, or has no results' }
      : { state: 'complete' as const }),
    filesAnalysed,
    bytesAnalysed: 0,
    durationMs: 0,
  };
};

/** All but the findings: the head, and the files each engine analysed. */
function* manifestLines(runs: readonly SarifRun[], options: SarifOptions): Generator<TaskResultLine> {
  const byEngine = [...Map.groupBy(runs, ({ engine }) => engine)];
  if (byEngine.length > maxEngines) throw invalid(`it is of more than ${maxEngines} tools`);
  const ruleCharacters = byEngine.flatMap(([, ofEngine]) => ruleIdsOf(ofEngine)).reduce((sum, id) => sum + id.length, 0);
  // Without the rules nothing can be said about what was not found, and so nothing is said about files either.
  const isTold = ruleCharacters <= maxRuleCharacters;
  const engines = byEngine.map(([engine, ofEngine]) => ({ engine, runs: ofEngine, paths: isTold ? analysedBy(ofEngine) : [] }));
  const commits = new Set(runs.map(({ commit }) => commit));
  const [commit] = commits;
  yield {
    line: 'head',
    format: taskResultFormat,
    ...(commits.size === 1 && commit !== undefined ? { commit } : {}),
    toolVersion: options.toolVersion,
    failOn: options.failOn,
    allowPartial: options.allowPartial,
    engines: engines.map((one) => engineCoverage(one.engine, one.runs, one.paths.length)),
    rulesInForce: Object.fromEntries(engines.map((one) => [one.engine, isTold ? ruleIdsOf(one.runs) : []])),
    warnings: [],
  };
  const [only, ...others] = engines;
  if (only !== undefined && others.length === 0) {
    for (let from = 0; from < only.paths.length; from += pathsPerLine)
      yield { line: 'paths', paths: only.paths.slice(from, from + pathsPerLine) };
    return;
  }
  // The packed list speaks of every engine of the task; here each has files of its own.
  for (const { engine, paths } of engines) for (const path of paths) yield { line: 'file', file: { path, state: 'analysed', engine } };
}

/**
 * A SARIF log as the lines of a task result: the findings of other tools, or our own again. The log is read twice, since results may stand before
 * the rules they point at, and never held whole: `open` gives its bytes each time. Its silence closes an issue only where it says that the run
 * went well and that the file was analysed.
 * @throws AppError `sarif_invalid`, the signal's reason
 */
export async function* readSarif(open: () => AsyncIterable<Uint8Array>, options: SarifOptions): AsyncGenerator<TaskResultLine> {
  const { signal } = options;
  const runs = await readRuns(plainText(open()), { signal, invalid });
  yield* manifestLines(runs, options);

  const ordinals = createOrdinals();
  const told = new Set<string>();
  let count = 0;
  const wanted = { values: new Set(['runs.*.results.*']), containers: new Set<string>() };
  for await (const { indexes, value } of jsonElements(open(), { wanted, limits: sarifLimits.json, signal, invalid })) {
    count += 1;
    if (count > sarifLimits.results) throw invalid(`it has more than ${sarifLimits.results} results`);
    const run = runs[indexes[0] ?? -1];
    const read = run === undefined ? undefined : readResult(run, value, ordinals);
    if (read === undefined) continue;
    const key = `${read.rule.engine} ${read.rule.id}`;
    if (!told.has(key)) {
      told.add(key);
      yield { line: 'rule', rule: read.rule };
    }
    yield { line: 'finding', finding: read.finding };
  }
}
