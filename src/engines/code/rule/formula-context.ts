import { languageOfName } from '../syntax/languages.ts';
import type { Formula } from './formula.ts';
import type { Reading } from './reading.ts';
import type { Position } from './yaml-tree.ts';

/** What reading a formula needs to know of where it stands. */
export interface FormulaContext {
  readonly reading: Reading;
  /** The language is `regex`, and nothing else: what `pattern` holds is an expression, too. */
  readonly patternsAreRegexes: boolean;
}

export const patternTerm = ({ reading, patternsAreRegexes }: FormulaContext, source: string, at: Position): Formula | undefined => {
  if (source.trim() === '') return reading.problem(at, 'a pattern must not be empty');
  return patternsAreRegexes ? regexTerm(reading, source, at) : { kind: 'pattern', source, line: at.line };
};

export const regexTerm = (reading: Reading, source: string, at: Position): Formula | undefined =>
  source === '' ? reading.problem(at, 'a regular expression must not be empty') : { kind: 'regex', source, line: at.line };

/** Whether a term says where something is; what only takes away cannot stand alone. */
export const isPositive = (formula: Formula): boolean => formula.kind !== 'not';

/** Context for a body that is read in another language, and that language's canonical id. */
export const inLanguage = (
  context: FormulaContext,
  name: string,
): { readonly context: FormulaContext; readonly language: string } | undefined => {
  const entry = languageOfName(name);
  if (entry === undefined) {
    return context.reading.lacks(
      `language: ${name.toLowerCase()}`,
      `"metavariable-pattern" asks for the language "${name}", which Sightline does not read.`,
    );
  }
  return { context: { ...context, patternsAreRegexes: entry.id === 'regex' }, language: entry.id };
};
