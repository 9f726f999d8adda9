import { monotonicMs } from '../../lib/clock.ts';
import type { RuleCheckReport, RuleTestReport } from '../rule-report.ts';
import { createSourceAnalyser } from './annotated/source-analyser.ts';
import { testRules } from './annotated/test-rules.ts';
import { compileRules } from './compile-rules.ts';
import type { LoadedRules } from './rule/code-rule.ts';
import { loadRules } from './rule/load-rules.ts';
import { createGrammars } from './syntax/grammar.ts';

interface Options {
  readonly signal: AbortSignal;
}

/** Whether there is a rule, or what was meant to be one: a file of rules that are all wrong is still ours to speak of. */
export const holdsRules = async (path: string, options: Options): Promise<boolean> => {
  if (/\.toml$/i.test(path)) return false;
  const { rules, unsupported, problems } = await loadRules([path], options);
  return rules.length + unsupported.length + problems.length > 0;
};

/** Reads rules and every pattern of them, in each of their languages. */
const loadRunnable = async (paths: readonly string[], options: Options): Promise<LoadedRules> => {
  const loaded = await loadRules(paths, options);
  const grammars = createGrammars();
  try {
    const { program, unsupported } = await compileRules(loaded.rules, grammars, options);
    return { ...loaded, rules: program.rules, unsupported: [...loaded.unsupported, ...unsupported] };
  } finally {
    grammars.close();
  }
};

/** What `rules validate` tells. */
export const checkRules = async (paths: readonly string[], options: Options): Promise<RuleCheckReport> => {
  const { rules, ...said } = await loadRunnable(paths, options);
  return { ruleCount: rules.length, ...said };
};

/** Holds rules against the annotated files beside them. */
export const testAnnotatedRules = async (paths: readonly string[], options: Options): Promise<RuleTestReport> => {
  const analyser = createSourceAnalyser({ now: monotonicMs }, options);
  try {
    return await testRules(paths, { loadRules: loadRunnable, analyse: analyser.analyse }, options);
  } finally {
    analyser.close();
  }
};
