import type { AnalyseSource } from '../../src/engines/code/annotated/run-test-file.ts';
import type { CodeRule } from '../../src/engines/code/rule/code-rule.ts';
import { defaultMatchOptions } from '../../src/engines/code/rule/formula.ts';

/** A rule that is one regular expression; it carries a path it would be confined to outside tests. */
export const expressionRule = (id: string, source: string, fix?: string, path = 'r.yaml'): CodeRule => ({
  id,
  source: { path, line: 1 },
  languages: ['regex'],
  severity: 'high',
  confidence: 'medium',
  message: '',
  formula: { kind: 'regex', source, line: 1 },
  paths: { include: ['only/here/'], exclude: [] },
  options: defaultMatchOptions,
  ...(fix === undefined ? {} : { fix: { kind: 'text', replacement: fix } as const }),
  cwe: [],
  owasp: [],
  references: [],
  tags: [],
  metadata: {},
});

/** Runs such rules, where no path confines them. */
export const analyseByExpression: AnalyseSource = async ({ text, rules }) =>
  rules.flatMap(({ id, formula, fix, paths }) =>
    formula.kind !== 'regex' || paths.include.length > 0
      ? []
      : [...text.matchAll(new RegExp(formula.source, 'g'))].map(({ index, 0: found }) => {
          const startLine = text.slice(0, index).split('\n').length;
          return {
            ruleId: id,
            startLine,
            endLine: startLine,
            ...(fix?.kind === 'text' ? { fix: { start: index, end: index + found.length, replacement: fix.replacement } } : {}),
          };
        }),
  );
