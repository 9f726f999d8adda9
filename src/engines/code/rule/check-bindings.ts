import type { Condition, Formula } from './formula.ts';
import type { Reading } from './reading.ts';

/**
 * A condition on a metavariable that nothing beside it binds never holds, so its rule finds nothing: Semgrep says nothing about it, we
 * warn. Typical for a condition one level too deep or too high.
 */

const metavariables = /\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*/g;
const groups = /\(\?P?<([A-Za-z_]\w*)>/g;

const addBound = (formula: Formula, bound: Set<string>): void => {
  switch (formula.kind) {
    case 'pattern':
      for (const [name] of formula.source.matchAll(metavariables)) bound.add(name);
      return;
    case 'regex': {
      for (const [, name] of formula.source.matchAll(groups)) bound.add(`$${name}`);
      const captures = formula.source.split('(').length - 1;
      for (let number = 1; number <= captures; number += 1) bound.add(`$${number}`);
      return;
    }
    case 'inside':
      addBound(formula.of, bound);
      return;
    case 'not':
      return;
    case 'any':
      for (const each of formula.of) addBound(each, bound);
      return;
    case 'all':
      for (const each of formula.of) addBound(each, bound);
      // What a nested pattern binds can be used by the conditions after it.
      for (const condition of formula.where) if (condition.kind === 'metavariable-pattern') addBound(condition.of, bound);
  }
};

const namesIn = (condition: Condition): readonly string[] => {
  const named = condition.metavariable === undefined ? [] : [condition.metavariable];
  if (condition.kind !== 'metavariable-comparison') return named;
  return [...named, ...[...condition.comparison.matchAll(/\$(?:(?:\.\.\.)?[A-Za-z_]\w*|\d+)/g)].map(([name]) => name)];
};

export const checkBindings = (reading: Reading, formula: Formula, outer: ReadonlySet<string> = new Set()): void => {
  if (formula.kind === 'pattern' || formula.kind === 'regex') return;
  if (formula.kind === 'inside' || formula.kind === 'not') return checkBindings(reading, formula.of, outer);
  for (const each of formula.of) checkBindings(reading, each, outer);
  if (formula.kind === 'any') return;
  const bound = new Set(outer);
  addBound(formula, bound);
  const check = (name: string, line: number): void => {
    if (name.startsWith('$') && !bound.has(name))
      reading.warn({ line, column: 1 }, `nothing here binds ${name}, so the condition never holds`);
  };
  for (const condition of formula.where) {
    for (const name of new Set(namesIn(condition))) check(name, condition.line);
    if (condition.kind === 'metavariable-pattern') checkBindings(reading, condition.of, bound);
  }
  for (const names of formula.focus) if (!names.some((name) => bound.has(name))) check(names[0] ?? '', formula.line);
};
