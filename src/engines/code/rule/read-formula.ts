import { listIn, mapIn, textIn } from './fields.ts';
import type { Condition, Formula } from './formula.ts';
import { type FormulaContext, isPositive, patternTerm, regexTerm } from './formula-context.ts';
import { conditionOf, conditionOperators, metavariableIn } from './read-conditions.ts';
import type { Reading } from './reading.ts';
import type { YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

/** Reads the syntax with `patterns`, `pattern-either` and so on. The newer one with `match` is in read-match.ts. */

/** What one entry of `patterns` can be. */
type Term =
  | { readonly kind: 'formula'; readonly formula: Formula }
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'focus'; readonly names: readonly string[] };

/** A rule has one of these at its top, and so has the body of `metavariable-pattern`. */
export const topOperators: readonly string[] = ['pattern', 'patterns', 'pattern-either', 'pattern-regex'];

const formulaOperators: readonly string[] = [...topOperators, 'pattern-inside', 'pattern-not', 'pattern-not-inside', 'pattern-not-regex'];

const lacking: Readonly<Record<string, string>> = {
  'pattern-where-python': 'It would run code of the rule; use "metavariable-comparison" or "metavariable-regex".',
  'semgrep-internal-pattern-anywhere': 'It is internal to Semgrep.',
  'semgrep-internal-metavariable-name': 'It is internal to Semgrep.',
  'metavariable-name': 'It needs names resolved over the whole project.',
};

const operators: readonly string[] = [...formulaOperators, ...conditionOperators, 'focus-metavariable', ...Object.keys(lacking)];

/**
 * Alternatives that are all `pattern-inside` are one `pattern-inside` with alternatives: said this way, `inside` stands below `all`
 * wherever rules put it there in practice.
 */
export const anyOf = (of: readonly Formula[], line: number): Formula => {
  const insides = of.flatMap((each) => (each.kind === 'inside' ? [each.of] : []));
  return insides.length === of.length && of.length > 0
    ? { kind: 'inside', of: { kind: 'any', of: insides, line }, line }
    : { kind: 'any', of, line };
};

const either = (context: FormulaContext, entry: YamlEntry): Formula | undefined => {
  const { reading } = context;
  const of: Formula[] = [];
  const items = listIn(reading, entry.value, 'pattern-either', 'patterns');
  for (const item of items ?? []) {
    const term = readItem(context, item, 'pattern-either');
    if (term === undefined) continue;
    if (term.kind !== 'formula')
      reading.problem(item.at, '"pattern-either" holds patterns only; put conditions and focus below "patterns"');
    else if (!isPositive(term.formula))
      reading.problem(item.at, '"pattern-either" cannot hold something negative; put it below "patterns", beside a pattern');
    else of.push(term.formula);
  }
  return items === undefined || of.length < items.length ? undefined : anyOf(of, entry.key.line);
};

/** `mayBeNegative`: in the body of `metavariable-pattern` the metavariable itself is the positive part. */
const conjunction = (context: FormulaContext, entry: YamlEntry, mayBeNegative: boolean): Formula | undefined => {
  const { reading } = context;
  const items = listIn(reading, entry.value, 'patterns', 'patterns and conditions');
  if (items === undefined) return undefined;
  const terms = items.map((item) => readItem(context, item, 'patterns'));
  if (terms.some((term) => term === undefined)) return undefined;
  const of = terms.flatMap((term) => (term?.kind === 'formula' ? [term.formula] : []));
  if (!mayBeNegative && !of.some(isPositive)) {
    return reading.problem(
      entry.key,
      '"patterns" needs at least one positive term ("pattern", "pattern-either", "pattern-inside", "pattern-regex" or "patterns")',
    );
  }
  return {
    kind: 'all',
    of,
    where: terms.flatMap((term) => (term?.kind === 'condition' ? [term.condition] : [])),
    focus: terms.flatMap((term) => (term?.kind === 'focus' ? [term.names] : [])),
    line: entry.key.line,
  };
};

/** What stands behind `pattern-not`, `pattern-inside` and `pattern-not-inside`: a pattern, or a mapping with one operator. */
const operand = (context: FormulaContext, value: YamlValue, name: string): Formula | undefined => {
  const { reading } = context;
  if (value.kind === 'scalar') {
    const source = textIn(reading, value, name);
    return source === undefined ? undefined : patternTerm(context, source, value.at);
  }
  const term = readItem(context, value, name);
  if (term === undefined) return undefined;
  if (term.kind !== 'formula' || !isPositive(term.formula))
    return reading.problem(
      value.at,
      `"${name}" needs a pattern, or a mapping with "pattern", "patterns", "pattern-either" or "pattern-regex"`,
    );
  return term.formula;
};

const formulaOf = (context: FormulaContext, name: string, entry: YamlEntry, mayBeNegative: boolean): Formula | undefined => {
  const { reading } = context;
  const { line } = entry.key;
  const regex = (): Formula | undefined => {
    const source = textIn(reading, entry.value, name);
    return source === undefined ? undefined : regexTerm(reading, source, entry.value.at);
  };
  const wrap = (kind: 'inside' | 'not', of: Formula | undefined): Formula | undefined =>
    of === undefined ? undefined : { kind, of, line };
  switch (name) {
    case 'pattern': {
      const source = textIn(reading, entry.value, name);
      return source === undefined ? undefined : patternTerm(context, source, entry.value.at);
    }
    case 'patterns':
      return conjunction(context, entry, mayBeNegative);
    case 'pattern-either':
      return either(context, entry);
    case 'pattern-inside':
      return wrap('inside', operand(context, entry.value, name));
    case 'pattern-not':
      return wrap('not', operand(context, entry.value, name));
    case 'pattern-not-inside':
      return wrap('not', wrap('inside', operand(context, entry.value, name)));
    case 'pattern-not-regex':
      return wrap('not', regex());
    default:
      return regex();
  }
};

export const focusIn = (reading: Reading, value: YamlValue, name: string): readonly string[] | undefined => {
  const items = value.kind === 'list' ? listIn(reading, value, name, 'metavariables') : [value];
  const names = items?.map((item) => metavariableIn(reading, item, name));
  return names?.every((each) => each !== undefined) === true ? names : undefined;
};

/** One entry of a list of operators. */
function readItem(context: FormulaContext, item: YamlValue, owner: string): Term | undefined {
  const { reading } = context;
  const map = mapIn(reading, item, owner, 'one operator, like "pattern: foo(...)"');
  if (map === undefined) return undefined;
  const [first, second] = map.entries;
  if (first === undefined) return reading.problem(item.at, `an entry of "${owner}" is empty`);
  const [name, entry] = first;
  if (!operators.includes(name)) return reading.problem(entry.key, `there is no operator "${name}"`);
  if (second !== undefined)
    return reading.problem(
      second[1].key,
      `one entry holds one operator: put "${second[0]}" into an entry of its own, with a "-" before it`,
    );
  const reason = lacking[name];
  if (reason !== undefined) return reading.lacks(name, reason);
  if (name === 'focus-metavariable') {
    const names = focusIn(reading, entry.value, name);
    return names === undefined ? undefined : { kind: 'focus', names };
  }
  if (conditionOperators.includes(name)) {
    const condition = conditionOf(context, name, entry, metavariableBody);
    return condition === undefined ? undefined : { kind: 'condition', condition };
  }
  const formula = formulaOf(context, name, entry, false);
  return formula === undefined ? undefined : { kind: 'formula', formula };
}

const readTop = (context: FormulaContext, map: YamlMap, owner: string, mayBeNegative: boolean): Formula | undefined => {
  const present = topOperators.filter((name) => map.entries.has(name));
  const [name, second] = present;
  const entry = name === undefined ? undefined : map.entries.get(name);
  if (name === undefined || entry === undefined) {
    const negative = formulaOperators.find((each) => map.entries.has(each));
    const at = negative === undefined ? map.at : (map.entries.get(negative)?.key ?? map.at);
    const why = negative === undefined ? '' : `: "${negative}" stands only below "patterns"`;
    return context.reading.problem(at, `${owner} needs one of "pattern", "patterns", "pattern-either" or "pattern-regex"${why}`);
  }
  if (second !== undefined)
    return context.reading.problem(
      map.entries.get(second)?.key ?? map.at,
      `${owner} has both "${name}" and "${second}"; put them below "patterns"`,
    );
  return formulaOf(context, name, entry, mayBeNegative);
};

const metavariableBody = (context: FormulaContext, map: YamlMap): Formula | undefined => {
  for (const [name, { key }] of map.entries)
    if (name !== 'metavariable' && name !== 'language' && !topOperators.includes(name))
      return context.reading.problem(key, `"metavariable-pattern" has no field "${name}"; put it below "patterns"`);
  return readTop(context, map, '"metavariable-pattern"', true);
};

/** The formula of a rule in the old syntax. */
export const readRuleFormula = (context: FormulaContext, rule: YamlMap): Formula | undefined => readTop(context, rule, 'a rule', false);
