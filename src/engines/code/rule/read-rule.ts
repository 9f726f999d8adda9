import type { Severity } from '../../../domain/severity.ts';
import { languageOfName } from '../syntax/languages.ts';
import { checkBindings } from './check-bindings.ts';
import { checkExpressions } from './check-expressions.ts';
import type { CodeRule, RuleFix, RulePaths, UnsupportedRule } from './code-rule.ts';
import { countField, listIn, mapIn, refuseUnknown, requiredField, requiredText, textField, textIn, textsField } from './fields.ts';
import type { Formula } from './formula.ts';
import { checkVersions } from './language-level.ts';
import { compileGlob } from './paths.ts';
import { readRuleFormula, topOperators } from './read-formula.ts';
import { readMatch } from './read-match.ts';
import { readMetadata } from './read-metadata.ts';
import { readOptions } from './read-options.ts';
import { type Notes, type Reading, startReading } from './reading.ts';
import type { YamlMap, YamlValue } from './yaml-tree.ts';

/** Semgrep's old names, and those it has had since 1.72. */
const severityNames: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  ERROR: 'high',
  HIGH: 'high',
  WARNING: 'medium',
  MEDIUM: 'medium',
  INFO: 'low',
  LOW: 'low',
  INVENTORY: 'info',
  EXPERIMENT: 'info',
};

const otherFields = ['id', 'languages', 'message', 'severity', 'mode', 'metadata', 'options', 'paths', 'fix', 'fix-regex', 'match'];
const knownFields: ReadonlySet<string> = new Set([...topOperators, ...otherFields, 'min-version', 'max-version', 'version']);

/** Fields that ask for another kind of analysis, and what that is called. */
const otherAnalyses: readonly (readonly [field: string, feature: string, reason: string])[] = [
  ['taint', 'mode: taint', 'Data-flow rules are not run yet.'],
  ['pattern-sources', 'mode: taint', 'Data-flow rules are not run yet.'],
  ['pattern-sinks', 'mode: taint', 'Data-flow rules are not run yet.'],
  ['join', 'mode: join', 'Rules that join the findings of other rules are not run.'],
  ['extract', 'mode: extract', 'Rules that extract code of another language are not run.'],
  ['validators', 'validators', 'Rules that ask a service whether a secret is live are not run: scans make no such requests.'],
  ['r2c-internal-project-depends-on', 'dependency', 'Rules about versions of dependencies are not run by the code engine.'],
];

const modeReasons: ReadonlyMap<string, string> = new Map(
  otherAnalyses.flatMap(([, feature, reason]) => (feature.startsWith('mode: ') ? [[feature.slice('mode: '.length), reason] as const] : [])),
);

/** Tells whether the rule is a search, and names what it is when it is not. */
const isSearch = (reading: Reading, rule: YamlMap): boolean => {
  const mode = textField(reading, rule, 'mode') ?? 'search';
  if (mode !== 'search') {
    reading.lacks(`mode: ${mode.slice(0, 40)}`, modeReasons.get(mode) ?? `Rules of the mode "${mode.slice(0, 40)}" are not run.`);
    return false;
  }
  const other = otherAnalyses.find(([field]) => rule.entries.has(field));
  if (other === undefined) return true;
  reading.lacks(other[1], other[2]);
  return false;
};

interface RuleLanguages {
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}

const languagesOf = (reading: Reading, rule: YamlMap): RuleLanguages => {
  const entry = requiredField(reading, rule, 'languages', 'a rule');
  const items = entry === undefined ? undefined : listIn(reading, entry.value, 'languages', 'names like "python"');
  const known = new Set<string>();
  const unknown = new Set<string>();
  for (const item of items ?? []) {
    const name = textIn(reading, item, 'languages')?.trim();
    if (name === undefined) continue;
    const language = languageOfName(name);
    if (language === undefined) unknown.add(name.toLowerCase().slice(0, 40));
    else known.add(language.id);
  }
  return { known: [...known], unknown: [...unknown] };
};

const severityOf = (reading: Reading, rule: YamlMap): Severity | undefined => {
  const entry = requiredField(reading, rule, 'severity', 'a rule');
  const text = entry === undefined ? undefined : textIn(reading, entry.value, 'severity');
  if (entry === undefined || text === undefined) return undefined;
  return (
    severityNames[text.trim().toUpperCase()] ??
    reading.problem(entry.value.at, `"severity" is one of ${Object.keys(severityNames).join(', ')}`)
  );
};

const globsOf = (reading: Reading, paths: YamlMap, name: 'include' | 'exclude'): readonly string[] => {
  const globs = textsField(reading, paths, name);
  for (const glob of globs) {
    const read = compileGlob(glob);
    if ('problem' in read) reading.problem(paths.entries.get(name)?.key ?? paths.at, read.problem);
  }
  return globs;
};

const pathsOf = (reading: Reading, rule: YamlMap): RulePaths => {
  const entry = rule.entries.get('paths');
  const paths = entry === undefined ? undefined : mapIn(reading, entry.value, 'paths', '"include" and "exclude"');
  if (paths === undefined) return { include: [], exclude: [] };
  refuseUnknown(reading, paths, '"paths"', ['include', 'exclude']);
  return { include: globsOf(reading, paths, 'include'), exclude: globsOf(reading, paths, 'exclude') };
};

const fixOf = (reading: Reading, rule: YamlMap): RuleFix | undefined => {
  const text = textField(reading, rule, 'fix');
  if (text !== undefined) return { kind: 'text', replacement: text };
  const entry = rule.entries.get('fix-regex');
  const map = entry === undefined ? undefined : mapIn(reading, entry.value, 'fix-regex', '"regex" and "replacement"');
  if (map === undefined) return undefined;
  refuseUnknown(reading, map, '"fix-regex"', ['regex', 'replacement', 'count']);
  const regex = requiredText(reading, map, 'regex', '"fix-regex"');
  const replacement = requiredText(reading, map, 'replacement', '"fix-regex"');
  const count = countField(reading, map, 'count');
  if (regex === undefined || replacement === undefined) return undefined;
  return { kind: 'regex', regex, replacement, ...(count === undefined ? {} : { count }) };
};

const formulaOf = (reading: Reading, rule: YamlMap, languages: RuleLanguages): Formula | undefined => {
  const patternsAreRegexes = languages.known.length === 1 && languages.known[0] === 'regex' && languages.unknown.length === 0;
  const context = { reading, patternsAreRegexes };
  const match = rule.entries.get('match');
  if (match === undefined) return readRuleFormula(context, rule);
  const old = topOperators.find((name) => rule.entries.has(name));
  if (old !== undefined)
    return reading.problem(rule.entries.get(old)?.key ?? rule.at, `a rule has either "match" or "${old}", and not both`);
  return readMatch(context, match);
};

const idOf = (reading: Reading, rule: YamlMap): string | undefined => {
  const id = requiredText(reading, rule, 'id', 'a rule');
  if (id === undefined || (id.length <= 200 && /^[\w.-]+$/.test(id))) return id;
  return reading.problem(
    rule.entries.get('id')?.value.at ?? rule.at,
    'the "id" of a rule has 1 to 200 letters, digits, ".", "_" and "-", and nothing else',
  );
};

/** What became of one rule: it can be run, or parts of it cannot, or it is wrong; and what is to be said in any case. */
export interface RuleOutcome {
  readonly rule?: CodeRule;
  readonly unsupported: readonly UnsupportedRule[];
  readonly notes: Notes;
}

export const readRule = (value: YamlValue, path: string): RuleOutcome => {
  const { reading, notes } = startReading(path);
  const map = mapIn(reading, value, 'rules', '"id", "languages", "message", "severity" and a pattern');
  if (map === undefined) return { unsupported: [], notes };
  const id = idOf(reading, map);
  const message = requiredText(reading, map, 'message', 'a rule');
  const severity = severityOf(reading, map);
  const languages = languagesOf(reading, map);
  const searches = isSearch(reading, map);
  checkVersions(reading, map);
  const formula = searches ? formulaOf(reading, map, languages) : undefined;
  const metadata = readMetadata(reading, map.entries.get('metadata'));
  const options = readOptions(reading, map.entries.get('options'));
  const paths = pathsOf(reading, map);
  const fix = fixOf(reading, map);
  if (searches)
    for (const [name, { key }] of map.entries)
      if (!knownFields.has(name)) reading.warn(key, `rules have no field "${name}"; it is ignored`);
  if (formula !== undefined) {
    checkBindings(reading, formula);
    checkExpressions(reading, { formula, fix, line: map.entries.get('fix-regex')?.key.line ?? map.at.line });
  }
  const source = { path, line: map.at.line };
  if (id === undefined || notes.problems.length > 0) return { unsupported: [], notes };

  const [lack] = notes.lacking;
  if (lack !== undefined) return { unsupported: [{ id, source, languages: [...languages.known, ...languages.unknown], ...lack }], notes };
  const unsupported = languages.unknown.map((name) => ({
    id,
    source,
    languages: [name],
    feature: `language: ${name}`,
    reason: `Sightline does not read the language "${name}".`,
  }));
  if (message === undefined || severity === undefined || formula === undefined || languages.known.length === 0)
    return { unsupported, notes };
  const rule: CodeRule = {
    id,
    source,
    languages: languages.known,
    severity,
    message,
    formula,
    paths,
    options,
    ...(fix === undefined ? {} : { fix }),
    ...metadata,
  };
  return { rule, unsupported, notes };
};
