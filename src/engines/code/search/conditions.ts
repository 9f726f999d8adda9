import type { Binding, Bindings } from '../match/match.ts';
import type { Condition } from '../rule/formula.ts';
import { comparisonValue, constantOf, readNumber, stringOf } from './binding-values.ts';
import { comparisonHolds } from './comparison-evaluate.ts';
import type { SearchContext } from './context.ts';
import { isHighEntropy } from './entropy.ts';
import { nestedBindings } from './nested-pattern.ts';
import { distinctRanges, type Range } from './ranges.ts';
import { isSlowRegex } from './redos.ts';
import type { Evaluate, Scope } from './scope.ts';

type Of<Kind extends Condition['kind']> = Condition & { readonly kind: Kind };

const regexHolds = (condition: Of<'metavariable-regex'>, binding: Binding, context: SearchContext): boolean => {
  const regex = context.expressions.regexOf(condition.source, 'match');
  if (regex === undefined) return false;
  const constant = condition.constantPropagation ? constantOf(binding, context) : undefined;
  const text = constant?.kind === 'string' ? constant.value : binding.text;
  return regex.testStart(text, context.file.onExhausted);
};

const compares = (condition: Of<'metavariable-comparison'>, bindings: Bindings, context: SearchContext): boolean => {
  const comparison = context.expressions.comparisonOf(condition.comparison);
  if (comparison === undefined) return false;
  return comparisonHolds(comparison, {
    expressions: context.expressions,
    onExhausted: context.file.onExhausted,
    textOf: (name) => bindings.get(name)?.text,
    valueOf: (name) => {
      const binding = bindings.get(name);
      const value = binding === undefined ? undefined : comparisonValue(binding, context);
      // `strip`: a number in quotes counts as the number.
      const isStripped = condition.strip && (condition.metavariable === undefined || condition.metavariable === name);
      return isStripped && value?.kind === 'string' ? (readNumber(value.value) ?? value) : value;
    },
  });
};

const analyses = (condition: Of<'metavariable-analysis'>, binding: Binding, context: SearchContext): boolean => {
  const text = stringOf(binding, context)?.text ?? binding.text;
  return condition.analyser === 'entropy' ? isHighEntropy(text) : isSlowRegex(text);
};

const hasType = (condition: Of<'metavariable-type'>, binding: Binding, { file }: SearchContext): boolean => {
  const { node } = binding;
  const { syntax } = file;
  if (node === undefined || syntax === undefined || syntax.tree !== binding.tree) return false;
  const { facts } = syntax;
  return condition.types.some((type) => facts.types().isOfType(node, type));
};

/** The ways a condition holds at a range: none, the range itself, or with what a nested pattern bound besides. */
const waysOf = (condition: Condition, range: Range, scope: Scope, evaluate: Evaluate): readonly Bindings[] => {
  const { context } = scope;
  const { bindings } = range;
  const when = (isTrue: boolean): readonly Bindings[] => (isTrue ? [bindings] : []);
  if (condition.kind === 'metavariable-comparison') return when(compares(condition, bindings, context));
  const binding = bindings.get(condition.metavariable);
  if (binding === undefined) return [];
  switch (condition.kind) {
    case 'metavariable-regex':
      return when(regexHolds(condition, binding, context));
    case 'metavariable-pattern':
      return nestedBindings(condition, binding, bindings, context, evaluate);
    case 'metavariable-analysis':
      return when(analyses(condition, binding, context));
    case 'metavariable-type':
      return when(hasType(condition, binding, context));
  }
};

/** The ranges at which every condition holds, in the order they were written. */
export const applyConditions = (
  ranges: readonly Range[],
  conditions: readonly Condition[],
  scope: Scope,
  evaluate: Evaluate,
): readonly Range[] => {
  let current = ranges;
  for (const condition of conditions) {
    const next: Range[] = [];
    for (const range of current)
      for (const bindings of waysOf(condition, range, scope, evaluate))
        next.push(bindings === range.bindings ? range : { ...range, bindings });
    current = next.length > current.length ? distinctRanges(next) : next;
  }
  return current;
};
