import { createPatternMatcher } from '../../src/engines/code/match/pattern-matcher.ts';
import { readPattern } from '../../src/engines/code/match/pattern-text.ts';
import { createTreeFacts } from '../../src/engines/code/match/tree-facts.ts';
import { defaultMatchOptions } from '../../src/engines/code/rule/formula.ts';
import type { Language } from '../../src/engines/code/syntax/language.ts';
import { openParser } from './syntax-outline.ts';

export interface PatternFinder {
  /** The stretches of the text the pattern holds at. */
  readonly find: (pattern: string, text: string) => readonly string[];
  /** What a metavariable stands for in each match. */
  readonly bound: (pattern: string, text: string, metavariable: string) => readonly (string | undefined)[];
  /** Where what it stands for starts. */
  readonly places: (pattern: string, text: string, metavariable: string) => readonly (number | undefined)[];
  readonly close: () => void;
}

/** Looks for one pattern in one text, the way rules do, without the rules around it. */
export const openFinder = async (language: Language): Promise<PatternFinder> => {
  const parser = await openParser(language);
  const matches = (source: string, text: string) => {
    const pattern = readPattern(source, language, parser.parse);
    if ('problem' in pattern) throw new Error(pattern.problem);
    const matcher = createPatternMatcher(pattern, language, (regex) => new RegExp(regex));
    const tree = parser.parse(text);
    return matcher.find(
      { path: 'file', text, syntax: { language, tree, facts: createTreeFacts(tree, language) }, onExhausted: () => undefined },
      defaultMatchOptions,
    );
  };
  return {
    find: (source, text) => matches(source, text).map(({ start, end }) => text.slice(start, end)),
    bound: (source, text, metavariable) => matches(source, text).map(({ bindings }) => bindings.get(metavariable)?.text),
    places: (source, text, metavariable) => matches(source, text).map(({ bindings }) => bindings.get(metavariable)?.start),
    close: parser.close,
  };
};
