import { stat } from 'node:fs/promises';
import { monotonicMs } from '../../lib/clock.ts';
import type { RuleCheckReport, RuleTestReport } from '../rule-report.ts';
import { createSourceAnalyser } from './annotated/source-analyser.ts';
import { testRules } from './annotated/test-rules.ts';
import { compileRules } from './compile-rules.ts';
import { loadCollection } from './load-collection.ts';
import type { LoadedRules } from './rule/code-rule.ts';
import { loadRules } from './rule/load-rules.ts';
import { isRuleName, listRuleFiles } from './rule/rule-files.ts';
import { createGrammars } from './syntax/grammar.ts';

interface Options {
  readonly signal: AbortSignal;
}

/** Whether there is a rule, or what was meant to be one: rules that are all wrong are still ours to speak of. */
export const holdsRules = async (path: string, options: Options): Promise<boolean> => {
  if ((await stat(path)).isFile()) return isRuleName(path);
  for (const file of (await listRuleFiles([path], options)).files) {
    const { rules, unsupported } = await loadRules([file.path], options);
    if (rules.length + unsupported.length > 0) return true;
  }
  return (await loadRules([path], options)).problems.length > 0;
};

/** Reads rules and every pattern of them, in each of their languages. */
const loadRunnable = async (paths: readonly string[], options: Options): Promise<LoadedRules> => {
  const loaded = await loadCollection(paths, options);
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
