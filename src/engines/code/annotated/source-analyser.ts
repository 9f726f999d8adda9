import { AppError } from '../../../lib/errors.ts';
import { compileRules } from '../compile-rules.ts';
import { createFixer } from '../findings/fix.ts';
import { createLinePlaces } from '../findings/line-places.ts';
import type { CodeRule } from '../rule/code-rule.ts';
import { createSearcher, type Searcher } from '../searcher.ts';
import { createGrammars } from '../syntax/grammar.ts';
import type { AnalyseSource } from './run-test-file.ts';

/** Runs rules on texts with the engine itself. */
export interface SourceAnalyser {
  /** @throws AppError `engine_failed` where the text was not matched to its end */
  readonly analyse: AnalyseSource;
  readonly close: () => void;
}

/** Grammars are loaded once and serve all texts. The rules of the last call are kept: test files of one rule file follow each other. */
export const createSourceAnalyser = (clock: { readonly now: () => number }, options: { readonly signal: AbortSignal }): SourceAnalyser => {
  const grammars = createGrammars();
  const fixOf = createFixer();
  let last: { readonly key: string; readonly searcher: Searcher } | undefined;

  const searcherOf = async (rules: readonly CodeRule[]): Promise<Searcher> => {
    const key = JSON.stringify(rules.map(({ id, source }) => [source.path, id]));
    if (last?.key === key) return last.searcher;
    const { program } = await compileRules(rules, grammars, options);
    last = { key, searcher: createSearcher(program, clock, grammars) };
    return last.searcher;
  };

  return {
    analyse: async ({ path, text, rules }) => {
      const searcher = await searcherOf(rules);
      await searcher.warm([path], options);
      const outcome = searcher.search({ path, text });
      if (outcome.state === 'failed') throw new AppError('engine_failed', outcome.detail ?? 'not matched to its end');
      const places = createLinePlaces(text);
      return outcome.hits.map((hit) => {
        const fix = fixOf(hit, text);
        return {
          ruleId: hit.rule.id,
          startLine: places.placeOf(hit.start).line,
          endLine: places.placeOf(hit.end).line,
          ...(fix === undefined ? {} : { fix }),
        };
      });
    },
    close: () => grammars.close(),
  };
};
