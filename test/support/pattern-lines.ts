import { createSourceAnalyser } from '../../src/engines/code/annotated/source-analyser.ts';
import type { CodeRule } from '../../src/engines/code/rule/code-rule.ts';
import { defaultMatchOptions } from '../../src/engines/code/rule/formula.ts';

const ruleOf = (language: string, source: string): CodeRule => ({
  id: source,
  source: { path: 'pattern.yaml', line: 1 },
  languages: [language],
  severity: 'high',
  confidence: 'high',
  message: '',
  formula: { kind: 'pattern', source, line: 1 },
  paths: { include: [], exclude: [] },
  options: defaultMatchOptions,
  cwe: [],
  owasp: [],
  references: [],
  tags: [],
  metadata: {},
});

/** Tells in which lines (1-based, of their start, ascending) a pattern matches in a text of `language`. */
export const openPatternLines = (language: string, path: string) => {
  const { signal } = new AbortController();
  const analyser = createSourceAnalyser({ now: () => Date.UTC(2024, 0, 1) }, { signal });
  return {
    linesOf: async (pattern: string, text: string): Promise<readonly number[]> => {
      const found = await analyser.analyse({ path, text, rules: [ruleOf(language, pattern)] });
      return [...new Set(found.map(({ startLine }) => startLine))].sort((a, b) => a - b);
    },
    close: analyser.close,
  };
};
