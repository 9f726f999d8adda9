import type { CodeRule } from './rule/code-rule.ts';
import type { Formula } from './rule/formula.ts';
import { languageOfName } from './syntax/languages.ts';

/** Ids of the tables that `metavariable-pattern` with a language of its own asks for, whatever language the file is in. */
export const embeddedTables = (rules: readonly CodeRule[]): readonly string[] => {
  const names = new Set<string>();
  const visit = (formula: Formula): void => {
    switch (formula.kind) {
      case 'pattern':
      case 'regex':
        return;
      case 'any':
        return formula.of.forEach(visit);
      case 'all':
        formula.of.forEach(visit);
        for (const condition of formula.where) {
          if (condition.kind !== 'metavariable-pattern') continue;
          if (condition.language !== undefined) names.add(condition.language);
          visit(condition.of);
        }
        return;
      default:
        visit(formula.of);
    }
  };
  for (const { formula } of rules) visit(formula);
  return [...names].flatMap((name) => languageOfName(name)?.tables.map(({ id }) => id) ?? []);
};
