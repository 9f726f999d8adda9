import { relative } from 'node:path';
import type { RuleCheckReport, RuleFileProblem, RuleNotRun } from '../engines/rule-report.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { counted } from '../report/summary.ts';
import type { CliContext } from './context.ts';
import { loadCatalogue } from './rule-catalogue.ts';
import { catalogueOfPlace, type RulePlace } from './rule-place.ts';

/** What one engine has to say of the rules people named. */
export interface RuleCheck {
  readonly engine: string;
  readonly ruleCount: number;
  readonly problems: readonly RuleFileProblem[];
  readonly unsupported: readonly RuleNotRun[];
  /** With the place where it is known. */
  readonly warnings: readonly (RuleFileProblem | { readonly message: string })[];
}

/** An engine without a check of its own loads the rules. @throws AppError `rule_invalid` at the first mistake */
const checkByLoading = async (context: CliContext, engine: string, places: readonly RulePlace[]): Promise<RuleCheck> => {
  const catalogues = await Promise.all(
    places.flatMap((place) =>
      place.engines.filter(({ name }) => name === engine).map((own) => loadCatalogue(context, catalogueOfPlace(place, own))),
    ),
  );
  const prepared = catalogues.flat().map((entry) => entry.prepared);
  return {
    engine,
    ruleCount: prepared.reduce((sum, { rules }) => sum + rules.length, 0),
    problems: [],
    unsupported: [],
    warnings: prepared.flatMap(({ warnings }) => warnings.map((message) => ({ message }))),
  };
};

/** One check an engine, over all places it reads. @throws AppError `rule_invalid` */
export const checkRules = (context: CliContext, places: readonly RulePlace[]): Promise<readonly RuleCheck[]> => {
  const engines = new Map(places.flatMap((place) => place.engines.map((engine) => [engine.name, engine])));
  return Promise.all(
    [...engines.values()].map(async (engine): Promise<RuleCheck> => {
      const own = places.filter((place) => place.engines.includes(engine));
      if (engine.validateRules === undefined) return checkByLoading(context, engine.name, own);
      const report: RuleCheckReport = await engine.validateRules(
        own.map(({ path }) => path),
        context,
      );
      return { engine: engine.name, ...report };
    }),
  );
};

export const shownPath = (context: CliContext, path: string): string => {
  const below = relative(context.cwd, path);
  return forTerminal(below === '' || below.startsWith('..') ? path : below);
};

/** `rules/a.yaml:3:5: error: ...`, as compilers write it; a line for each thing to say. */
export const checkText = (context: CliContext, { problems, unsupported, warnings }: RuleCheck): string => {
  const lines = [
    ...problems.map((problem) => ({ kind: 'error', ...problem })),
    ...unsupported.map(({ id, source, reason }) => ({ kind: 'unsupported', ...source, column: 0, message: `${id}: ${reason}` })),
    ...warnings.flatMap((warning) => ('path' in warning ? [{ kind: 'warning', ...warning }] : [])),
  ];
  return lines
    .toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ kind, path, line, column, message }) => {
      const place = column === 0 ? `${line}` : `${line}:${column}`;
      return `${shownPath(context, path)}:${place}: ${kind}: ${forTerminal(message)}\n`;
    })
    .join('');
};

/** `12 rules, valid`, or what keeps them from being that. */
export const checkSummary = (checks: readonly RuleCheck[]): string => {
  const sum = (count: (check: RuleCheck) => number): number => checks.reduce((total, check) => total + count(check), 0);
  const problems = sum((check) => check.problems.length);
  const unsupported = sum((check) => check.unsupported.length);
  return [
    counted(
      sum(({ ruleCount }) => ruleCount),
      'rule',
    ),
    ...(problems === 0 ? ['valid'] : [counted(problems, 'problem')]),
    ...(unsupported === 0 ? [] : [counted(unsupported, 'unsupported', 'unsupported')]),
  ].join(', ');
};

const problemJson = (problem: RuleFileProblem | { readonly message: string }) =>
  'path' in problem
    ? { path: problem.path, line: problem.line, column: problem.column, message: problem.message }
    : { message: problem.message };

export const checkJson = (check: RuleCheck) => ({
  engine: check.engine,
  rule_count: check.ruleCount,
  problems: check.problems.map(problemJson),
  unsupported: check.unsupported.map(unsupportedJson),
  warnings: check.warnings.map(problemJson),
});

export const unsupportedJson = ({ id, source, languages, feature, reason }: RuleNotRun) => ({
  rule_id: id,
  path: source.path,
  line: source.line,
  languages,
  feature,
  reason,
});
