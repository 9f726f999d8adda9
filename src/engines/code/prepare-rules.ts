import { createHash } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';
import type { EngineSettings, PreparedEngine, PrepareOptions } from '../engine.ts';
import type { Compilation, CompiledRules } from './compile-rules.ts';
import { loadCollection } from './load-collection.ts';
import type { CodeRule, LoadedRules, RuleProblem, UnsupportedRule } from './rule/code-rule.ts';
import { ruleEntry } from './rule-entry.ts';
import { languagesOfFiles } from './scope.ts';

/** What a worker thread gets. */
export interface CodeOptions {
  readonly program: CompiledRules;
}

const shownWarnings = 3;

const placeOf = ({ path, line, column }: RuleProblem): string => `${path}:${line}:${column}`;

/** @throws AppError `rule_invalid`: a rule that is wrong would be missing from a scan that was asked for it. */
const refuseProblems = ({ problems }: LoadedRules): void => {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new AppError('rule_invalid', `${placeOf(first)}: ${first.message}${more}`, {
    hint: `"sightline rules validate ${first.path}" checks rules without a scan.`,
    details: { file: first.path, line: first.line },
  });
};

/** What decides findings, without where it was read. */
const digestOf = (version: string, rules: readonly CodeRule[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        [version, rules.map((rule) => ({ ...rule, source: undefined })).toSorted((a, b) => (a.id < b.id ? -1 : 1))],
        // Lines of the YAML: a comment more above a rule changes nothing.
        (key, value: unknown) => (key === 'line' ? undefined : value),
      ),
    )
    .digest('hex');

/** `12 of 200 rules are not supported: 9 mode: taint, 3 language: apex; ...` */
const unsupportedWarning = (unsupported: readonly UnsupportedRule[], ruleCount: number, paths: readonly string[]): readonly string[] => {
  if (unsupported.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { feature } of unsupported) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const features = [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .map(([feature, count]) => `${count} ${feature}`);
  const ids = new Set(unsupported.map(({ id }) => id)).size;
  return [
    `${ids} of ${ruleCount} rules are not supported, or not in all their languages: ${features.join(', ')}; ` +
      `"sightline rules validate ${paths.join(' ')}" lists them`,
  ];
};

const ruleWarnings = (warnings: readonly RuleProblem[]): readonly string[] => {
  const texts = warnings.slice(0, shownWarnings).map((warning) => `${placeOf(warning)}: ${warning.message}`);
  const more = warnings.length - texts.length;
  return more > 0 ? [...texts, `${more} more warnings about rules; "sightline rules validate" lists them`] : texts;
};

/** Rules as they are run on files of these languages. A grammar is loaded only for a language that both have. */
const compileFor = async (rules: readonly CodeRule[], options: PrepareOptions): Promise<Compilation> => {
  const { paths, signal } = options;
  const asked = new Set(rules.flatMap(({ languages }) => languages));
  const present = paths === undefined ? undefined : await languagesOfFiles(asked, paths, options);
  const wanted = rules.flatMap((rule) => {
    const languages = present === undefined ? rule.languages : rule.languages.filter((language) => present.has(language));
    return languages.length === 0 ? [] : [{ ...rule, languages }];
  });
  if (wanted.length === 0) return { program: { rules: [], patterns: new Map() }, unsupported: [] };
  const [{ compileRules }, { createGrammars }] = await Promise.all([import('./compile-rules.ts'), import('./syntax/grammar.ts')]);
  const grammars = createGrammars();
  try {
    return await compileRules(wanted, grammars, { signal });
  } finally {
    grammars.close();
  }
};

/** Ids of rules that are left with no language they can be run in. */
const refusedIn = (rules: readonly CodeRule[], unsupported: readonly UnsupportedRule[]): ReadonlySet<string> => {
  const refused = new Map<string, Set<string>>();
  for (const { id, languages } of unsupported) {
    const known = refused.get(id) ?? new Set<string>();
    for (const language of languages) known.add(language);
    refused.set(id, known);
  }
  return new Set(
    rules.filter(({ id, languages }) => languages.every((language) => refused.get(id)?.has(language) === true)).map(({ id }) => id),
  );
};

/** @throws AppError `rule_invalid` naming file, line and column */
export const prepareRules = async (
  { rulesDir, rulePaths = [], withoutOwnRules = false }: EngineSettings,
  version: string,
  options: PrepareOptions,
): Promise<PreparedEngine & { readonly options: CodeOptions }> => {
  if (withoutOwnRules && rulePaths.length === 0) {
    throw new AppError('usage_invalid', 'no rules are left to the code engine', {
      hint: 'Name some with --rules, or leave --no-default-rules out.',
    });
  }
  const paths = [...(withoutOwnRules ? [] : [rulesDir]), ...rulePaths];
  const loaded = await loadCollection(paths, options);
  refuseProblems(loaded);
  const { program, unsupported } = await compileFor(loaded.rules, options);
  const refused = refusedIn(loaded.rules, unsupported);
  const rules = loaded.rules.filter(({ id }) => !refused.has(id));
  const known = new Set([...loaded.rules, ...loaded.unsupported].map(({ id }) => id)).size;
  return {
    rules: rules.map(ruleEntry),
    rulesetDigest: digestOf(version, loaded.rules),
    options: { program },
    warnings: [
      ...unsupportedWarning([...loaded.unsupported, ...unsupported], known, rulePaths.length === 0 ? [rulesDir] : rulePaths),
      ...ruleWarnings(loaded.warnings),
    ],
  };
};
