import type { CoverageReason } from '../../domain/coverage.ts';
import type { CompiledRules } from './compile-rules.ts';
import { embeddedTables } from './embedded-tables.ts';
import type { Bindings, Match } from './match/match.ts';
import type { SourceFile } from './match/source-file.ts';
import { createTreeFacts } from './match/tree-facts.ts';
import { createMatchers } from './pattern-matchers.ts';
import type { CodeRule } from './rule/code-rule.ts';
import type { MatchOptions } from './rule/formula.ts';
import { compilePaths } from './rule/paths.ts';
import type { SearchContext } from './search/context.ts';
import { evaluate } from './search/evaluate.ts';
import { createExpressions } from './search/expressions.ts';
import { createPrefilter, type TextFilter } from './search/prefilter.ts';
import { createGrammars, type Grammars, type OpenGrammar, type ParseBudget } from './syntax/grammar.ts';
import type { Language } from './syntax/language.ts';
import { firstLineOf, languageEntries, languageOfName, languagesOfPath, possibleLanguagesOfPath, tableOfPath } from './syntax/languages.ts';

/** One place a rule holds at. */
export interface Hit {
  readonly rule: CodeRule;
  readonly start: number;
  readonly end: number;
  readonly bindings: Bindings;
}

export interface SearchOutcome {
  /** In order of the rules, then of the file. */
  readonly hits: readonly Hit[];
  readonly state: 'analysed' | 'degraded' | 'failed';
  readonly reason?: CoverageReason;
  readonly detail?: string;
}

/** Rules on one thread. */
export interface Searcher {
  /** Loads the grammars that files of these paths need. */
  readonly warm: (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<void>;
  /** Every place every rule holds at. Files of a language that was not warmed are matched as text only. */
  readonly search: (file: { readonly path: string; readonly text: string }) => SearchOutcome;
  readonly close: () => void;
}

/** Larger sources are no source: WASM memory never shrinks, so this is what bounds a worker's. */
export const maxCharacters = 4_000_000;
const maxNodes = 4_000_000;
/** The parser's share of a file's time. */
const parseMs = 10_000;
/** A rule that matches everywhere says nothing: the first places are kept, and the file is `degraded` as `truncated`. */
const mostHits = 1_000;
const shownIds = 5;

/** The first ids of a list, and how many more there are. */
const someOf = (ids: readonly string[]): string =>
  ids.length > shownIds ? `${ids.slice(0, shownIds).join(', ')} and ${ids.length - shownIds} more` : ids.join(', ');

const isText = (language: string): boolean => language === 'generic' || language === 'regex';

/** Matches that were found already: by language and options, then by the pattern's source. */
type Found = Map<string, Map<string, readonly Match[]>>;

/** One file during a search: parsed at most once for each table, every pattern looked for at most once. */
interface OpenFile {
  readonly in: (table: Language) => SourceFile | undefined;
  readonly asText: SourceFile;
  readonly problem: () => string | undefined;
  readonly hasErrors: () => boolean;
  /** Whether a search was given up since the last call. */
  readonly takeExhausted: () => boolean;
}

/** `grammars` are closed with it. */
export const createSearcher = (
  program: CompiledRules,
  clock: { readonly now: () => number },
  grammars: Grammars = createGrammars(),
): Searcher => {
  const open = new Map<string, OpenGrammar>();
  const expressions = createExpressions(clock);
  const matcherOf = createMatchers(program, expressions, (table) => open.get(table)?.language);
  const rules = program.rules.map((rule) => ({ rule, takes: compilePaths(rule.paths) }));
  const prefilter = createPrefilter(program.rules, { expressions, matcherOf });
  const embedded = embeddedTables(program.rules);
  const optionKeys = new Map<MatchOptions, string>(program.rules.map(({ options }) => [options, JSON.stringify(options)]));

  const parse = (
    path: string,
    text: string,
    table: Language,
  ): { readonly file: Omit<SourceFile, 'onExhausted'> } | { readonly detail: string } => {
    const grammar = open.get(table.id);
    if (grammar === undefined) return { detail: `the grammar of ${table.id} is not loaded` };
    const endsAtMs = clock.now() + parseMs;
    let asked = 0;
    // Asked thousands of times a second: most of the time the clock is left alone.
    const isSpent = (): boolean => (++asked & 15) === 0 && clock.now() > endsAtMs;
    const budget: ParseBudget = { maxCharacters, maxNodes, isSpent };
    const outcome = grammar.parse(text, budget);
    if (!('tree' in outcome)) return { detail: outcome.detail };
    const { tree } = outcome;
    return { file: { path, text, syntax: { language: table, tree, facts: createTreeFacts(tree, table) } } };
  };

  const openFile = (path: string, text: string): OpenFile => {
    const parsed = new Map<string, SourceFile | undefined>();
    let problem: string | undefined;
    let isExhausted = false;
    const onExhausted = (): void => {
      isExhausted = true;
    };
    return {
      in: (table) => {
        if (!parsed.has(table.id)) {
          const outcome = parse(path, text, table);
          if ('detail' in outcome) problem ??= outcome.detail;
          parsed.set(table.id, 'file' in outcome ? { ...outcome.file, onExhausted } : undefined);
        }
        return parsed.get(table.id);
      },
      asText: { path, text, onExhausted },
      problem: () => problem,
      hasErrors: () => [...parsed.values()].some((file) => file?.syntax?.tree.hasErrors === true),
      takeExhausted: () => {
        const was = isExhausted;
        isExhausted = false;
        return was;
      },
    };
  };

  const createContext = (
    file: SourceFile,
    language: string,
    options: MatchOptions,
    found: Found,
    mayMatch?: TextFilter['mayMatch'],
  ): SearchContext => {
    const key = `${language}\n${optionKeys.get(options) ?? ''}`;
    const matchesByPattern = found.get(key) ?? new Map<string, readonly Match[]>();
    found.set(key, matchesByPattern);
    return {
      file,
      language,
      options,
      expressions,
      matcherOf,
      matchesOf: (source) => {
        const known = matchesByPattern.get(source);
        if (known !== undefined) return known;
        const matcher = matcherOf(source, language);
        const matches = matcher === undefined || mayMatch?.(matcher) === false ? [] : matcher.find(file, options);
        matchesByPattern.set(source, matches);
        return matches;
      },
      openText: (text, name) => {
        const entry = languageOfName(name) ?? languageEntries.find(({ tables }) => tables.some(({ id }) => id === name));
        if (entry === undefined) return undefined;
        const id = entry.tables.find((table) => table.id === name)?.id ?? entry.tables[0]?.id;
        if (id === undefined) return createContext({ path: file.path, text, onExhausted: file.onExhausted }, entry.id, options, new Map());
        const table = open.get(id)?.language;
        const outcome = table === undefined ? undefined : parse(file.path, text, table);
        if (outcome === undefined || 'detail' in outcome) return undefined;
        return createContext({ ...outcome.file, onExhausted: file.onExhausted }, id, options, new Map());
      },
    };
  };

  const searchIn = (
    file: SourceFile,
    language: string,
    rule: CodeRule,
    found: Found,
    mayMatch: TextFilter['mayMatch'],
  ): { readonly hits: readonly Hit[]; readonly areAll: boolean } => {
    const places = new Set<string>();
    const hits: Hit[] = [];
    for (const { start, end, bindings } of evaluate(rule.formula, createContext(file, language, rule.options, found, mayMatch))) {
      const place = `${start}-${end}`;
      if (places.has(place)) continue;
      if (hits.length >= mostHits) return { hits, areAll: false };
      places.add(place);
      hits.push({ rule, start, end, bindings });
    }
    return { hits, areAll: true };
  };

  return {
    warm: async (paths, options) => {
      const wanted = new Set<string>(embedded);
      // Rules of regular expressions alone have no patterns and still name a language.
      const asked = new Set(program.rules.flatMap(({ languages }) => languages));
      for (const path of paths) {
        for (const entry of possibleLanguagesOfPath(path)) {
          const table = tableOfPath(entry, path);
          if (table !== undefined && asked.has(entry.id)) wanted.add(table.id);
        }
      }
      for (const { tables } of languageEntries) {
        for (const { id, load } of tables) {
          if (!wanted.has(id) || open.has(id)) continue;
          const table = await load();
          if (grammars.lackOf(table) === undefined) open.set(id, await grammars.open(table, options));
        }
      }
    },
    search: ({ path, text }) => {
      const file = openFile(path, text);
      const { mayHold, mayMatch } = prefilter.open(text);
      const entries = languagesOfPath(path, firstLineOf(text));
      const found: Found = new Map();
      const hits: Hit[] = [];
      const exhausted: string[] = [];
      const truncated = new Set<string>();
      for (const [index, { rule, takes }] of rules.entries()) {
        if (!takes(path)) continue;
        for (const name of rule.languages) {
          const entry = isText(name) ? undefined : entries.find(({ id }) => id === name);
          const id = isText(name) ? name : entry === undefined ? undefined : tableOfPath(entry, path)?.id;
          if (id === undefined || (!isText(name) && !open.has(id))) continue;
          if (!mayHold(index, id)) continue;
          const table = open.get(id)?.language;
          const source = table === undefined ? file.asText : file.in(table);
          if (source === undefined) continue;
          const searched = searchIn(source, id, rule, found, mayMatch);
          hits.push(...searched.hits);
          if (!searched.areAll) truncated.add(rule.id);
        }
        if (file.takeExhausted()) exhausted.push(rule.id);
      }
      const problem = file.problem();
      if (problem !== undefined) return { hits, state: 'failed', reason: 'budget', detail: problem };
      if (exhausted.length > 0) {
        return { hits, state: 'failed', reason: 'budget', detail: `too many ways to match: ${someOf(exhausted)}` };
      }
      if (truncated.size > 0) {
        const detail = `of more than ${mostHits} places of a rule the first ones are kept: ${someOf([...truncated])}`;
        return { hits, state: 'degraded', reason: 'truncated', detail };
      }
      return file.hasErrors() ? { hits, state: 'degraded', reason: 'parse_errors' } : { hits, state: 'analysed' };
    },
    close: () => grammars.close(),
  };
};
