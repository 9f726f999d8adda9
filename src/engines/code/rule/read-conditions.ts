import { countField, flagField, mapIn, refuseUnknown, requiredField, requiredText, textField, textIn, textsIn } from './fields.ts';
import type { Condition, Formula } from './formula.ts';
import { type FormulaContext, inLanguage } from './formula-context.ts';
import type { Reading } from './reading.ts';
import type { Position, YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

/** Reads what a `metavariable-pattern` or `metavariable:` asks of the code: given, so that conditions need not know formulas. */
export type ReadBody = (context: FormulaContext, map: YamlMap) => Formula | undefined;

const metavariableName = /^\$(?:\.\.\.)?[A-Za-z_]\w*$|^\$\d+$/;

/** A name that no pattern can bind makes a rule that never fires: worth a word, no reason to refuse what Semgrep takes. */
export const checkMetavariable = (reading: Reading, at: Position, name: string): string => {
  if (!metavariableName.test(name))
    reading.warn(
      at,
      `"${name}" is no name of a metavariable ($X, $...ARGS, $1), so nothing is ever bound to it and the rule finds nothing`,
    );
  return name;
};

export const metavariableIn = (reading: Reading, value: YamlValue, name: string): string | undefined => {
  const text = textIn(reading, value, name);
  return text === undefined ? undefined : checkMetavariable(reading, value.at, text);
};

const metavariableOf = (reading: Reading, map: YamlMap, owner: string): string | undefined => {
  const entry = requiredField(reading, map, 'metavariable', owner);
  return entry === undefined ? undefined : metavariableIn(reading, entry.value, 'metavariable');
};

export const regexCondition = (reading: Reading, map: YamlMap, line: number): Condition | undefined => {
  refuseUnknown(reading, map, '"metavariable-regex"', ['metavariable', 'regex', 'constant-propagation']);
  const metavariable = metavariableOf(reading, map, '"metavariable-regex"');
  const source = requiredText(reading, map, 'regex', '"metavariable-regex"');
  const constantPropagation = flagField(reading, map, 'constant-propagation') ?? false;
  if (metavariable === undefined || source === undefined) return undefined;
  return { kind: 'metavariable-regex', metavariable, source, constantPropagation, line };
};

export const comparisonCondition = (reading: Reading, map: YamlMap, line: number): Condition | undefined => {
  refuseUnknown(reading, map, 'a comparison', ['metavariable', 'comparison', 'base', 'strip']);
  const given = map.entries.get('metavariable');
  const metavariable = given === undefined ? undefined : metavariableIn(reading, given.value, 'metavariable');
  const comparison = requiredText(reading, map, 'comparison', '"metavariable-comparison"');
  const base = countField(reading, map, 'base');
  const strip = flagField(reading, map, 'strip') ?? false;
  if (comparison === undefined) return undefined;
  return {
    kind: 'metavariable-comparison',
    ...(metavariable === undefined ? {} : { metavariable }),
    comparison,
    ...(base === undefined ? {} : { base }),
    strip,
    line,
  };
};

/** `entropy`, or `{ kind: entropy }`; the second version of entropy is the first one with other thresholds, which are not published. */
export const analysisCondition = (reading: Reading, map: YamlMap, line: number): Condition | undefined => {
  refuseUnknown(reading, map, '"metavariable-analysis"', ['metavariable', 'analyzer']);
  const metavariable = metavariableOf(reading, map, '"metavariable-analysis"');
  const entry = requiredField(reading, map, 'analyzer', '"metavariable-analysis"');
  if (metavariable === undefined || entry === undefined) return undefined;
  const named =
    entry.value.kind === 'map' ? requiredText(reading, entry.value, 'kind', '"analyzer"') : textIn(reading, entry.value, 'analyzer');
  if (named === undefined) return undefined;
  if (named === 'entropy' || named === 'redos') return { kind: 'metavariable-analysis', metavariable, analyser: named, line };
  if (named === 'entropy_v2')
    return reading.lacks('analyzer: entropy_v2', 'The thresholds of "entropy_v2" are not published; use "entropy".');
  return reading.problem(entry.value.at, `there is no analyzer "${named}"; use "entropy" or "redos"`);
};

export const typeCondition = (reading: Reading, map: YamlMap, line: number): Condition | undefined => {
  refuseUnknown(reading, map, '"metavariable-type"', ['metavariable', 'type', 'types', 'language']);
  const metavariable = metavariableOf(reading, map, '"metavariable-type"');
  const one = map.entries.get('type');
  const many = map.entries.get('types');
  if ((one === undefined) === (many === undefined))
    return reading.problem(map.at, '"metavariable-type" needs either "type" or "types", and not both');
  const entry: YamlEntry | undefined = one ?? many;
  const types = entry === undefined ? undefined : textsIn(reading, entry.value, one === undefined ? 'types' : 'type');
  return metavariable === undefined || types === undefined ? undefined : { kind: 'metavariable-type', metavariable, types, line };
};

export const patternCondition = (context: FormulaContext, map: YamlMap, line: number, readBody: ReadBody): Condition | undefined => {
  const { reading } = context;
  const metavariable = metavariableOf(reading, map, '"metavariable-pattern"');
  const named = textField(reading, map, 'language');
  const other = named === undefined ? undefined : inLanguage(context, named);
  // Its body would be read in the wrong language.
  if (named !== undefined && other === undefined) return undefined;
  const of = readBody(other?.context ?? context, map);
  if (metavariable === undefined || of === undefined) return undefined;
  return { kind: 'metavariable-pattern', metavariable, ...(other === undefined ? {} : { language: other.language }), of, line };
};

/** The operators of the old syntax that are conditions. */
export const conditionOf = (context: FormulaContext, name: string, entry: YamlEntry, readBody: ReadBody): Condition | undefined => {
  const map = mapIn(context.reading, entry.value, name, '"metavariable" and what is asked of it');
  if (map === undefined) return undefined;
  const { line } = entry.key;
  switch (name) {
    case 'metavariable-regex':
      return regexCondition(context.reading, map, line);
    case 'metavariable-comparison':
      return comparisonCondition(context.reading, map, line);
    case 'metavariable-analysis':
      return analysisCondition(context.reading, map, line);
    case 'metavariable-type':
      return typeCondition(context.reading, map, line);
    default:
      return patternCondition(context, map, line, readBody);
  }
};

export const conditionOperators: readonly string[] = [
  'metavariable-regex',
  'metavariable-pattern',
  'metavariable-comparison',
  'metavariable-analysis',
  'metavariable-type',
];
