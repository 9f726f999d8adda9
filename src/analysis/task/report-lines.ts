import type { FileCoverage } from '../../domain/coverage.ts';
import { clip } from '../../lib/text-safety.ts';
import type { ScannedCheckout } from '../scan-checkout.ts';
import { type TaskResultHead, type TaskResultLine, taskResultFormat } from './task-result.ts';

const pathsPerLine = 1000;
const pathLineCharacters = 128 * 1024;
const maxWarnings = 200;
const warningCharacters = 1000;

const isPlain = (file: FileCoverage): boolean => file.state === 'analysed' && file.reason === undefined && file.detail === undefined;

/** Rule ids that could have been reported, by engine. */
const rulesInForce = ({ engines, config }: ScannedCheckout): TaskResultHead['rulesInForce'] =>
  Object.fromEntries(
    [...engines.file, ...engines.project].map(({ engine, prepared }) => [
      engine.name,
      prepared.rules
        .filter(({ id }) => config.severities[id] !== 'off')
        .map(({ id }) => id)
        .sort(),
    ]),
  );

const headOf = (scanned: ScannedCheckout, enginesWanted: TaskResultHead['enginesWanted']): TaskResultHead => {
  const { scan, gate, coverage, warnings } = scanned.report;
  const { commit, ref } = scan.target;
  return {
    format: taskResultFormat,
    ...(commit === undefined ? {} : { commit }),
    ...(ref === undefined ? {} : { ref }),
    toolVersion: scan.toolVersion,
    failOn: gate.failOn,
    allowPartial: gate.allowPartial,
    engines: coverage.engines,
    rulesInForce: rulesInForce(scanned),
    warnings: warnings.slice(0, maxWarnings).map((warning) => clip(warning, warningCharacters)),
    ...(enginesWanted === undefined ? {} : { enginesWanted }),
  };
};

function* pathLines(paths: readonly string[]): Generator<TaskResultLine> {
  let batch: string[] = [];
  let characters = 0;
  for (const path of paths) {
    batch.push(path);
    characters += path.length;
    if (batch.length < pathsPerLine && characters < pathLineCharacters) continue;
    yield { line: 'paths', paths: batch };
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield { line: 'paths', paths: batch };
}

/** A report as the lines of a task result. Engines told apart per row where the task ran several. */
export function* reportLines(scanned: ScannedCheckout, enginesWanted?: TaskResultHead['enginesWanted']): Generator<TaskResultLine> {
  const { coverage, findings, rules } = scanned.report;
  yield { line: 'head', ...headOf(scanned, enginesWanted) };
  for (const rule of rules) yield { line: 'rule', rule };
  for (const file of coverage.files) if (!isPlain(file)) yield { line: 'file', file };
  yield* pathLines([...new Set(coverage.files.filter(isPlain).map(({ path }) => path))].sort());
  for (const finding of findings) yield { line: 'finding', finding };
}
