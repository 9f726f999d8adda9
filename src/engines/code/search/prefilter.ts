import type { PatternMatcher } from '../match/source-file.ts';
import type { CodeRule } from '../rule/code-rule.ts';
import type { Condition, Formula } from '../rule/formula.ts';
import type { Expressions } from './expressions.ts';
import { allOf, anyOf, type Requirement, unknownRequirement } from './required.ts';
import { createTextLookup } from './text-lookup.ts';

/** Tells by texts that must be in a file which rules need not look at it. */
export interface Prefilter {
  readonly open: (text: string) => TextFilter;
}

/** What can be told of one text without parsing it. */
export interface TextFilter {
  /** False when the rule, in that language (table id, `generic`, `regex`), cannot hold anywhere in the text. */
  readonly mayHold: (rule: number, language: string) => boolean;
  /** The same of one pattern: few of the alternatives of a rule that may hold can. */
  readonly mayMatch: (pattern: PatternMatcher) => boolean;
}

interface PrefilterSources {
  readonly expressions: Expressions;
  /** Undefined while the language is not loaded: then nothing is known. */
  readonly matcherOf: (source: string, language: string) => PatternMatcher | undefined;
}

const requirementOfCondition = (condition: Condition, { expressions }: PrefilterSources): Requirement => {
  // With constants propagated the text may not stand in the file as it is.
  if (condition.kind !== 'metavariable-regex' || condition.constantPropagation) return unknownRequirement;
  return expressions.regexOf(condition.source, 'match')?.required ?? unknownRequirement;
};

const requirementOf = (formula: Formula, language: string, sources: PrefilterSources): Requirement => {
  switch (formula.kind) {
    case 'pattern':
      return (sources.matcherOf(formula.source, language)?.required ?? []).map((text) => [{ text, ignoreCase: false }]);
    case 'regex':
      return sources.expressions.regexOf(formula.source, 'search')?.required ?? unknownRequirement;
    case 'inside':
      return requirementOf(formula.of, language, sources);
    case 'not':
      return unknownRequirement;
    case 'any':
      return anyOf(formula.of.map((part) => requirementOf(part, language, sources)));
    case 'all':
      return allOf([
        ...formula.of.map((part) => requirementOf(part, language, sources)),
        ...formula.where.map((condition) => requirementOfCondition(condition, sources)),
      ]);
  }
};

export const createPrefilter = (rules: readonly CodeRule[], sources: PrefilterSources): Prefilter => {
  /** By language, then by the rule's index. */
  const requirements = new Map<string, Requirement[]>();
  const requirementFor = (rule: number, language: string): Requirement => {
    const ofLanguage = requirements.get(language) ?? [];
    requirements.set(language, ofLanguage);
    const formula = rules[rule]?.formula;
    return (ofLanguage[rule] ??= formula === undefined ? unknownRequirement : requirementOf(formula, language, sources));
  };
  return {
    open: (text) => {
      const lookup = createTextLookup(text);
      return {
        mayHold: (rule, language) => lookup.holds(requirementFor(rule, language)),
        mayMatch: ({ required }) => required.every(lookup.holdsText),
      };
    },
  };
};
