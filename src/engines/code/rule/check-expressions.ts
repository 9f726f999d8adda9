import { parseComparison } from '../search/comparison-parse.ts';
import { compileRegex, type RegexUse } from '../search/regex.ts';
import type { RuleFix } from './code-rule.ts';
import type { Condition, Formula } from './formula.ts';
import type { Reading } from './reading.ts';

const checkRegex = (reading: Reading, line: number, owner: string, source: string, use: RegexUse): void => {
  const compiled = compileRegex(source, use);
  if ('problem' in compiled) reading.problem({ line, column: 1 }, `the regular expression of ${owner} cannot be used: ${compiled.problem}`);
};

const checkCondition = (reading: Reading, condition: Condition): void => {
  if (condition.kind === 'metavariable-regex')
    checkRegex(reading, condition.line, `the condition on ${condition.metavariable}`, condition.source, 'match');
  else if (condition.kind === 'metavariable-pattern') checkFormula(reading, condition.of);
  else if (condition.kind === 'metavariable-comparison') {
    const parsed = parseComparison(condition.comparison);
    if ('problem' in parsed)
      reading.problem(
        { line: condition.line, column: 1 },
        `the comparison "${condition.comparison.slice(0, 120)}" cannot be read: ${parsed.problem}`,
      );
  }
};

function checkFormula(reading: Reading, formula: Formula): void {
  switch (formula.kind) {
    case 'pattern':
      return;
    case 'regex':
      checkRegex(reading, formula.line, 'this term', formula.source, 'search');
      return;
    case 'inside':
    case 'not':
      checkFormula(reading, formula.of);
      return;
    case 'any':
      for (const each of formula.of) checkFormula(reading, each);
      return;
    case 'all':
      for (const each of formula.of) checkFormula(reading, each);
      for (const condition of formula.where) checkCondition(reading, condition);
  }
}

/** Reads every expression of a rule once, so that one that cannot be used is told with its line, and not while files are scanned. */
export const checkExpressions = (
  reading: Reading,
  { formula, fix, line }: { readonly formula: Formula; readonly fix: RuleFix | undefined; readonly line: number },
): void => {
  checkFormula(reading, formula);
  if (fix?.kind === 'regex') checkRegex(reading, line, '"fix-regex"', fix.regex, 'search');
};
