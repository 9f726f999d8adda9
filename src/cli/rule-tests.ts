import { join } from 'node:path';
import type { Engine } from '../engines/engine.ts';
import { engineNames, loadEngine } from '../engines/registry.ts';
import type { RuleTestFailure, RuleTestReport } from '../engines/rule-report.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { counted } from '../report/summary.ts';
import type { CliContext } from './context.ts';
import { loadCatalogue } from './rule-catalogue.ts';
import { checkText, shownPath, unsupportedJson } from './rule-checks.ts';
import { type ExampleRun, runExamples } from './rule-examples.ts';
import { catalogueOfPlace, type RulePlace } from './rule-place.ts';

/** What proves the rules of one engine: the examples they carry, or the test files beside them. */
export type RuleRun =
  | { readonly kind: 'examples'; readonly run: ExampleRun }
  | { readonly kind: 'files'; readonly engine: string; readonly report: RuleTestReport };

const runEngine = async (context: CliContext, engine: Engine, place: RulePlace | undefined): Promise<RuleRun | undefined> => {
  if (engine.testRules !== undefined) {
    const report = await engine.testRules([place?.path ?? join(context.rulesDir, engine.name)], context);
    return { kind: 'files', engine: engine.name, report };
  }
  const [entry] = await loadCatalogue(context, place === undefined ? { engines: [engine.name] } : catalogueOfPlace(place, engine));
  const run = entry === undefined ? undefined : await runExamples(entry, context);
  return run === undefined ? undefined : { kind: 'examples', run };
};

/** Without a place the rules of this installation, of every engine that runs by default. @throws AppError `rule_invalid` */
export const runRuleTests = async (context: CliContext, place: RulePlace | undefined): Promise<readonly RuleRun[]> => {
  const engines = place?.engines ?? (await Promise.all(engineNames.map(loadEngine))).filter(({ isDefault }) => isDefault);
  const runs = await Promise.all(engines.map((engine) => runEngine(context, engine, place)));
  return runs.filter((run) => run !== undefined);
};

/** How many things were held against the rules. */
export const checkedCount = (run: RuleRun): number => (run.kind === 'examples' ? run.run.exampleCount : run.report.expectationCount);

/** 4 where rules cannot be loaded, 1 where a test does not hold. */
export const exitCodeOf = (run: RuleRun): number => {
  if (run.kind === 'examples') return run.run.failures.length > 0 ? 1 : 0;
  if (run.report.problems.length > 0) return 4;
  return run.report.failures.length > 0 ? 1 : 0;
};

const longestExample = 160;
const shortened = (text: string): string => forTerminal(text.length <= longestExample ? text : `${text.slice(0, longestExample)}…`);

const examplesText = ({ engine, ruleCount, exampleCount, failures, unproved }: ExampleRun): string => {
  const lines = failures.map(
    ({ ruleId, matches, template }) =>
      `FAILED ${forTerminal(ruleId)}: ${matches ? 'must be found, is not' : 'must be left alone, is found'}\n       ${shortened(template)}`,
  );
  if (unproved.length > 0) lines.push(`without an example to find: ${unproved.map(forTerminal).join(', ')}`);
  lines.push(`${engine}: ${counted(ruleCount, 'rule')}, ${counted(exampleCount, 'example')}, ${failures.length} failed`);
  return `${lines.join('\n')}\n`;
};

const sentences: Readonly<Record<RuleTestFailure['kind'], string>> = {
  missing: 'must be found, is not',
  unexpected: 'must be left alone, is found',
  not_run: 'cannot be run',
  unknown_rule: 'the rule file has no such rule',
  fix: 'the fixed text differs',
  malformed: 'the annotation names no rule',
  failed: 'cannot be analysed',
};

const failureText = (context: CliContext, { kind, path, line, ruleId, detail }: RuleTestFailure): string => {
  const place = `${shownPath(context, path)}${kind === 'failed' ? '' : `:${line}`}`;
  const rule = ruleId === undefined ? '' : ` ${forTerminal(ruleId)}`;
  return `FAILED ${place}${rule}: ${sentences[kind]}${detail === undefined ? '' : `: ${shortened(detail)}`}`;
};

const filesText = (context: CliContext, engine: string, report: RuleTestReport): string => {
  const { ruleCount, fileCount, expectationCount, failures, todo, unproved, problems, unsupported } = report;
  const open = todo.filter(({ isMet }) => !isMet).length;
  const lines = [
    ...failures.map((failure) => failureText(context, failure)),
    ...todo
      .filter(({ isMet }) => isMet)
      .map(
        ({ path, line, ruleId }) => `done   ${shownPath(context, path)}:${line} ${forTerminal(ruleId)}: the annotation can lose its "todo"`,
      ),
    ...(unproved.length === 0 ? [] : [`without a line to find: ${unproved.map(forTerminal).join(', ')}`]),
  ];
  const counts = [
    counted(ruleCount, 'rule'),
    counted(fileCount, 'test file'),
    counted(expectationCount, 'expectation'),
    `${failures.length} failed`,
    ...(open === 0 ? [] : [`${open} still to do`]),
  ];
  const checks = checkText(context, { engine, ruleCount, problems, unsupported, warnings: [] });
  return `${checks}${[...lines, `${engine}: ${counts.join(', ')}`].join('\n')}\n`;
};

export const ruleRunText = (context: CliContext, run: RuleRun): string =>
  run.kind === 'examples' ? examplesText(run.run) : filesText(context, run.engine, run.report);

const examplesJson = ({ engine, ruleCount, exampleCount, failures, unproved }: ExampleRun) => ({
  engine,
  rule_count: ruleCount,
  example_count: exampleCount,
  failures: failures.map(({ ruleId, matches, template }) => ({
    rule_id: ruleId,
    kind: matches ? 'missing' : 'unexpected',
    example: template,
  })),
  unproved,
});

const filesJson = (engine: string, report: RuleTestReport) => ({
  engine,
  rule_count: report.ruleCount,
  file_count: report.fileCount,
  expectation_count: report.expectationCount,
  failures: report.failures.map(({ kind, path, line, ruleId, detail }) => ({
    kind,
    path,
    line,
    ...(ruleId === undefined ? {} : { rule_id: ruleId }),
    ...(detail === undefined ? {} : { detail }),
  })),
  todo: report.todo.map(({ path, line, ruleId, isMet }) => ({ path, line, rule_id: ruleId, is_met: isMet })),
  unproved: report.unproved,
  problems: report.problems,
  unsupported: report.unsupported.map(unsupportedJson),
});

export const ruleRunJson = (run: RuleRun) => (run.kind === 'examples' ? examplesJson(run.run) : filesJson(run.engine, run.report));
