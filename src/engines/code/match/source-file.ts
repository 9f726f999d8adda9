import type { MatchOptions } from '../rule/formula.ts';
import type { Language } from '../syntax/language.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import type { Match } from './match.ts';
import type { TreeFacts } from './tree-facts.ts';

/** One file while it is matched. Everything dear is made once, when first asked for, and shared by all rules. */
export interface SourceFile {
  readonly path: string;
  /** The whole text; offsets count its UTF-16 code units. */
  readonly text: string;
  /** Absent for `generic` and `regex`. */
  readonly syntax?: { readonly language: Language; readonly tree: SyntaxTree; readonly facts: TreeFacts };
  /** Called when a search was given up because it took too many steps: what was found until then still counts. */
  readonly onExhausted: () => void;
}

/** A pattern made ready for one language. Opaque to those who evaluate formulas. */
export interface PatternMatcher {
  /**
   * Every match in the file or, when `within` is given, of what lies in that range; in order of their start. A match is reported once
   * for each different set of bindings.
   */
  readonly find: (file: SourceFile, options: MatchOptions, within?: { readonly start: number; readonly end: number }) => readonly Match[];
  /** Texts of which a file that can match holds every one; empty when nothing can be said. Exact spelling. */
  readonly required: readonly string[];
}
