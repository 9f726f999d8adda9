import type { Match } from '../match/match.ts';
import type { PatternMatcher, SourceFile } from '../match/source-file.ts';
import type { MatchOptions } from '../rule/formula.ts';
import type { Expressions } from './expressions.ts';

/** What a formula is evaluated in: one file, or one piece of it in a language of its own (`metavariable-pattern`). */
export interface SearchContext {
  readonly file: SourceFile;
  /** Table id (`python`, `tsx`, ...), `generic` or `regex`: what the patterns are written in. */
  readonly language: string;
  readonly options: MatchOptions;
  readonly expressions: Expressions;
  /** Undefined for a pattern that could not be compiled: such rules are not run. */
  readonly matcherOf: (source: string, language: string) => PatternMatcher | undefined;
  /** Matches in the whole file, found once for all rules with the same options. */
  readonly matchesOf: (source: string) => readonly Match[];
  /** Reads a piece of text as another language; `language` is a rule's name for it. Undefined when it cannot be parsed at all. */
  readonly openText: (text: string, language: string) => SearchContext | undefined;
}
