import type { CoverageReason } from '../../domain/coverage.ts';
import type { CompiledRules } from './compile-rules.ts';
import { createGenericMatcher } from './generic/generic-matcher.ts';
import type { Bindings, Match } from './match/match.ts';
import { createPatternMatcher } from './match/pattern-matcher.ts';
import type { PatternMatcher, SourceFile } from './match/source-file.ts';
import { createTreeFacts } from './match/tree-facts.ts';
import type { CodeRule } from './rule/code-rule.ts';
import type { MatchOptions } from './rule/formula.ts';
import { createPathFilter } from './rule/paths.ts';
import type { SearchContext } from './search/context.ts';
import { evaluate } from './search/evaluate.ts';
import { createPrefilter } from './search/prefilter.ts';
import { compileRegex } from './search/regex.ts';
import { createGrammars, type OpenGrammar, type ParseBudget } from './syntax/grammar.ts';
import type { Language } from './syntax/language.ts';
import { languageEntries, languageOfName, languagesOfPath, tableOfPath } from './syntax/languages.ts';

/** One place a rule holds at. */
export interface Hit {
  readonly rule: CodeRule;
  readonly start: number;
  readonly end: number;
  readonly bindings: Bindings;
}

export interface SearchOutcome {
  readonly hits: readonly Hit[];
  readonly state: 'analysed' | 'degraded' | 'failed';
  readonly reason?: CoverageReason;
  readonly detail?: string;
}

/** Rules on one thread. */
export interface Searcher {
  /** Loads the grammars that files of these paths need. */
  readonly warm: (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<void>;
  /** Every place every rule holds at, in order of the rules. Files of a language that was not warmed are matched as text only. */
  readonly search: (file: { readonly path: string; readonly text: string }) => SearchOutcome;
  readonly close: () => void;
}

/** Larger sources are no source: WASM memory never shrinks, so this is what bounds a worker's. */
const maxCharacters = 4_000_000;
const maxNodes = 4_000_000;
/** The parser's share of a file's time. */
const parseMs = 10_000;
/** A rule that matches everywhere says nothing: the first ones are kept. */
const mostHits = 1_000;

const optionsKey = (options: MatchOptions): string => JSON.stringify(options);

export const createSearcher = (program: CompiledRules, clock: { readonly now: () => number }): Searcher => {
  const grammars = createGrammars();
  const open = new Map<string, OpenGrammar>();
  const matchers = new Map<string, PatternMatcher | undefined>();
  const filters = program.rules.map((rule) => createPathFilter(rule.paths));

  const makeMatcher = (source: string, language: string): PatternMatcher | undefined => {
    if (language === 'generic') {
      const made = createGenericMatcher(source);
      return 'problem' in made ? undefined : made;
    }
    const pattern = program.patterns.get(language)?.get(source);
    const table = open.get(language)?.language;
    if (pattern === undefined || table === undefined) return undefined;
    return createPatternMatcher(pattern, table, (regex) => {
      const compiled = compileRegex(regex, 'search');
      return 'problem' in compiled ? undefined : compiled.regex;
    });
  };
  const matcherOf = (source: string, language: string): PatternMatcher | undefined => {
    const key = `${language}\n${source}`;
    if (!matchers.has(key)) matchers.set(key, makeMatcher(source, language));
    return matchers.get(key);
  };
  const budget = (): ParseBudget => {
    const endsAtMs = clock.now() + parseMs;
    return { maxCharacters, maxNodes, isSpent: () => clock.now() > endsAtMs };
  };
  const parse = (path: string, text: string, table: Language): SourceFile | { readonly detail: string } => {
    const grammar = open.get(table.id);
    if (grammar === undefined) return { detail: `the grammar of ${table.id} is not loaded` };
    const outcome = grammar.parse(text, budget());
    if (!('tree' in outcome)) return { detail: outcome.detail };
    const { tree } = outcome;
    return { path, text, syntax: { language: table, tree, facts: createTreeFacts(tree, table) }, onExhausted: () => undefined };
  };

  const createContext = (file: SourceFile, language: string, options: MatchOptions, cache: Map<string, readonly Match[]>): SearchContext => ({
    file,
    language,
    options,
    matcherOf,
    matchesOf: (source) => {
      const key = `${language}\n${optionsKey(options)}\n${source}`;
      const known = cache.get(key);
      if (known !== undefined) return known;
      const found = matcherOf(source, language)?.find(file, options) ?? [];
      cache.set(key, found);
      return found;
    },
    openText: (text, name) => {
      const entry = languageOfName(name);
      if (entry === undefined) return undefined;
      const [first] = entry.tables;
      const plain: SourceFile = { path: file.path, text, onExhausted: file.onExhausted };
      if (first === undefined) return createContext(plain, entry.id, options, new Map());
      const table = open.get(first.id)?.language;
      if (table === undefined) return undefined;
      const parsed = parse(file.path, text, table);
      return 'detail' in parsed ? undefined : createContext({ ...parsed, onExhausted: file.onExhausted }, first.id, options, new Map());
    },
  });

  const prefilter = createPrefilter(program.rules);
  const embedded = embeddedLanguages(program.rules);

  return {
    warm: async (paths, options) => {
      const wanted = new Set<string>();
      for (const path of paths) {
        for (const entry of languagesOfPath(path)) {
          const table = tableOfPath(entry, path);
          if (table !== undefined && program.patterns.has(table.id)) wanted.add(table.id);
        }
      }
      if (wanted.size > 0 || embedded.needsText) for (const id of embedded.tables) wanted.add(id);
      for (const { tables } of languageEntries) {
        for (const { id, load } of tables) {
          if (wanted.has(id) && !open.has(id)) open.set(id, await grammars.open(await load(), options));
        }
      }
    },
    search: ({ path, text }) => {
      const hits: Hit[] = [];
      const contexts = new Map<string, SourceFile | { readonly detail: string }>();
      const caches = new Map<string, Map<string, readonly Match[]>>();
      let problem: string | undefined;
      let isExhausted = false;
      const onExhausted = (): void => {
        isExhausted = true;
      };
      const entries = languagesOfPath(path);
      const mayHold = prefilter(text);
      const fileIn = (table: Language): SourceFile | undefined => {
        const known = contexts.get(table.id) ?? parse(path, text, table);
        contexts.set(table.id, known);
        if (!('detail' in known)) return { ...known, onExhausted };
        problem ??= known.detail;
        return undefined;
      };
      const exhausted: string[] = [];
      program.rules.forEach((rule, index) => {
        if (!mayHold(index) || filters[index]?.(path) === false) return;
        isExhausted = false;
        const seen = new Set<string>();
        for (const name of rule.languages) {
          const isText = name === 'generic' || name === 'regex';
          const entry = isText ? undefined : entries.find(({ id }) => id === name);
          const tableId = entry === undefined ? undefined : tableOfPath(entry, path)?.id;
          const table = tableId === undefined ? undefined : open.get(tableId)?.language;
          if (!isText && table === undefined) continue;
          const file = table === undefined ? { path, text, onExhausted } : fileIn(table);
          if (file === undefined) continue;
          const language = table?.id ?? name;
          const cache = caches.get(language) ?? new Map<string, readonly Match[]>();
          caches.set(language, cache);
          for (const match of evaluate(rule.formula, createContext(file, language, rule.options, cache))) {
            const place = `${match.start}-${match.end}`;
            if (seen.has(place) || seen.size >= mostHits) continue;
            seen.add(place);
            hits.push({ rule, start: match.start, end: match.end, bindings: match.bindings });
          }
        }
        if (isExhausted) exhausted.push(rule.id);
      });
      if (problem !== undefined) return { hits, state: 'failed', reason: 'budget', detail: problem };
      if (exhausted.length > 0) {
        return { hits, state: 'failed', reason: 'budget', detail: `too many ways to match: ${exhausted.slice(0, 5).join(', ')}` };
      }
      const hasErrors = [...contexts.values()].some((file) => 'syntax' in file && file.syntax?.tree.hasErrors === true);
      return hasErrors ? { hits, state: 'degraded', reason: 'parse_errors' } : { hits, state: 'analysed' };
    },
    close: () => grammars.close(),
  };
};

/** Tables that `metavariable-pattern` with a language of its own may ask for, whatever the file is. */
const embeddedLanguages = (rules: readonly CodeRule[]): { readonly tables: readonly string[]; readonly needsText: boolean } => {
  const names = new Set<string>();
  const visit = (formula: CodeRule['formula']): void => {
    if (formula.kind === 'pattern' || formula.kind === 'regex') return;
    if (formula.kind === 'inside' || formula.kind === 'not') return visit(formula.of);
    formula.of.forEach(visit);
    if (formula.kind !== 'all') return;
    for (const condition of formula.where) {
      if (condition.kind !== 'metavariable-pattern') continue;
      if (condition.language !== undefined) names.add(condition.language);
      visit(condition.of);
    }
  };
  for (const { formula } of rules) visit(formula);
  const tables = [...names].flatMap((name) => languageOfName(name)?.tables.map(({ id }) => id) ?? []);
  const needsText = rules.some(({ languages }) => languages.some((name) => name === 'generic' || name === 'regex'));
  return { tables, needsText };
};
