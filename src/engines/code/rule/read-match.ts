import { listIn, mapIn, requiredText, textField, textIn } from './fields.ts';
import type { Condition, Formula } from './formula.ts';
import { type FormulaContext, inLanguage, isPositive, patternTerm, regexTerm } from './formula-context.ts';
import { analysisCondition, comparisonCondition, metavariableIn, typeCondition } from './read-conditions.ts';
import { anyOf, focusIn } from './read-formula.ts';
import type { YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

/** Reads the newer syntax: `match:` with `all`, `any`, `not`, `inside`, `regex`, `pattern` and `where`. */

const operators: readonly string[] = ['pattern', 'regex', 'all', 'any', 'not', 'inside'];

const lacking: ReadonlyMap<string, { readonly feature: string; readonly reason: string }> = new Map([
  ['anywhere', { feature: 'anywhere', reason: 'It is experimental in Semgrep.' }],
  ['taint', { feature: 'mode: taint', reason: 'Data-flow rules are not run yet.' }],
]);

interface Where {
  readonly conditions: readonly Condition[];
  readonly focus: readonly (readonly string[])[];
}

type Clause = { readonly kind: 'condition'; readonly condition: Condition } | { readonly kind: 'focus'; readonly names: readonly string[] };

/** `metavariable` with `regex`: the start of its value must match, as for `metavariable-regex` with constants propagated. */
const nestedCondition = (context: FormulaContext, map: YamlMap, line: number): Condition | undefined => {
  const { reading } = context;
  const given = map.entries.get('metavariable');
  const metavariable = given === undefined ? undefined : metavariableIn(reading, given.value, 'metavariable');
  const named = textField(reading, map, 'language');
  const other = named === undefined ? undefined : inLanguage(context, named);
  if (metavariable === undefined || (named !== undefined && other === undefined)) return undefined;
  if (map.entries.has('regex') && named === undefined && !map.entries.has('where')) {
    const source = requiredText(reading, map, 'regex', '"where"');
    return source === undefined ? undefined : { kind: 'metavariable-regex', metavariable, source, constantPropagation: true, line };
  }
  const of = formulaOf(other?.context ?? context, map, ['metavariable', 'language'], true);
  if (of === undefined) return undefined;
  return { kind: 'metavariable-pattern', metavariable, ...(other === undefined ? {} : { language: other.language }), of, line };
};

const clauseOf = (context: FormulaContext, item: YamlValue): Clause | undefined => {
  const { reading } = context;
  const map = mapIn(reading, item, 'where', '"focus", "comparison" or "metavariable"');
  if (map === undefined) return undefined;
  const { line } = map.at;
  const focus = map.entries.get('focus');
  if (focus !== undefined) {
    const names = focusIn(reading, focus.value, 'focus');
    return names === undefined ? undefined : { kind: 'focus', names };
  }
  const has = (name: string): boolean => map.entries.has(name);
  if (!has('comparison') && !has('metavariable'))
    return reading.problem(map.at, 'an entry of "where" needs "focus", "comparison" or "metavariable"');
  let condition: Condition | undefined;
  if (has('comparison')) condition = comparisonCondition(reading, map, line);
  else if (has('analyzer')) condition = analysisCondition(reading, map, line);
  else if (has('type') || has('types')) condition = typeCondition(reading, map, line);
  else condition = nestedCondition(context, map, line);
  return condition === undefined ? undefined : { kind: 'condition', condition };
};

const whereOf = (context: FormulaContext, entry: YamlEntry | undefined): Where | undefined => {
  if (entry === undefined) return { conditions: [], focus: [] };
  const clauses = listIn(context.reading, entry.value, 'where', 'conditions')?.map((item) => clauseOf(context, item));
  if (clauses?.every((clause) => clause !== undefined) !== true) return undefined;
  return {
    conditions: clauses.flatMap((clause) => (clause.kind === 'condition' ? [clause.condition] : [])),
    focus: clauses.flatMap((clause) => (clause.kind === 'focus' ? [clause.names] : [])),
  };
};

/** `where` belongs to the mapping it stands in; inside a negative or an `inside` it narrows what that one finds. */
const withWhere = (formula: Formula, where: Where): Formula => {
  if (where.conditions.length === 0 && where.focus.length === 0) return formula;
  if (formula.kind === 'not' || formula.kind === 'inside') return { ...formula, of: withWhere(formula.of, where) };
  if (formula.kind === 'all')
    return { ...formula, where: [...formula.where, ...where.conditions], focus: [...formula.focus, ...where.focus] };
  return { kind: 'all', of: [formula], where: where.conditions, focus: where.focus, line: formula.line };
};

const termsOf = (context: FormulaContext, entry: YamlEntry, name: string): readonly Formula[] | undefined => {
  const terms = listIn(context.reading, entry.value, name, 'patterns')?.map((item) => termOf(context, item, name, false));
  return terms?.every((term) => term !== undefined) === true ? terms : undefined;
};

const operatorOf = (context: FormulaContext, name: string, entry: YamlEntry, mayBeNegative: boolean): Formula | undefined => {
  const { reading } = context;
  const { line } = entry.key;
  switch (name) {
    case 'all': {
      const of = termsOf(context, entry, name);
      if (of !== undefined && !mayBeNegative && !of.some(isPositive))
        return reading.problem(entry.key, '"all" needs at least one term that is not negative');
      return of === undefined ? undefined : { kind: 'all', of, where: [], focus: [], line };
    }
    case 'any': {
      const of = termsOf(context, entry, name);
      if (of?.some((each) => !isPositive(each)) === true)
        return reading.problem(entry.key, '"any" cannot hold "not"; put it below "all", beside a pattern');
      return of === undefined ? undefined : anyOf(of, line);
    }
    case 'not':
    case 'inside': {
      const of = termOf(context, entry.value, name, false);
      if (of === undefined) return undefined;
      return isPositive(of) ? { kind: name, of, line } : reading.problem(entry.key, `"${name}" cannot hold "not"`);
    }
    default: {
      const source = textIn(reading, entry.value, name);
      if (source === undefined) return undefined;
      return name === 'regex' ? regexTerm(reading, source, entry.value.at) : patternTerm(context, source, entry.value.at);
    }
  }
};

function formulaOf(context: FormulaContext, map: YamlMap, beside: readonly string[], mayBeNegative: boolean): Formula | undefined {
  const { reading } = context;
  const present = [...map.entries].filter(([name]) => name !== 'where' && !beside.includes(name));
  const [first, second] = present;
  if (first === undefined) return reading.problem(map.at, `one of ${operators.map((name) => `"${name}"`).join(', ')} is missing`);
  const [name, entry] = first;
  const lack = lacking.get(name);
  if (lack !== undefined) return reading.lacks(lack.feature, lack.reason);
  if (!operators.includes(name))
    return reading.problem(entry.key, `there is no operator "${name}"; it may be ${operators.map((each) => `"${each}"`).join(', ')}`);
  if (second !== undefined) return reading.problem(second[1].key, `"${second[0]}" cannot stand beside "${name}"; put both below "all"`);
  const formula = operatorOf(context, name, entry, mayBeNegative);
  const where = whereOf(context, map.entries.get('where'));
  return formula === undefined || where === undefined ? undefined : withWhere(formula, where);
}

function termOf(context: FormulaContext, value: YamlValue, owner: string, mayBeNegative: boolean): Formula | undefined {
  if (value.kind === 'scalar') {
    const source = textIn(context.reading, value, owner);
    return source === undefined ? undefined : patternTerm(context, source, value.at);
  }
  const map = mapIn(context.reading, value, owner, 'one operator');
  return map === undefined ? undefined : formulaOf(context, map, [], mayBeNegative);
}

/** What stands behind `match:`. */
export const readMatch = (context: FormulaContext, entry: YamlEntry): Formula | undefined => {
  const formula = termOf(context, entry.value, 'match', false);
  if (formula === undefined || isPositive(formula)) return formula;
  return context.reading.problem(entry.value.at, '"match" needs a term that is not negative');
};
