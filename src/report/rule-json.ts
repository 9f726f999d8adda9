import type { Rule } from '../domain/rule.ts';

/** A rule as JSON output shows it: in reports, in `rules list` and `rules show`. */
export const ruleJson = (rule: Rule) => ({
  id: rule.id,
  engine: rule.engine,
  kind: rule.kind,
  title: rule.title,
  severity: rule.severity,
  confidence: rule.confidence,
  cwe: rule.cwe,
  help: rule.help,
  ...(rule.helpUrl === undefined ? {} : { help_url: rule.helpUrl }),
  tags: rule.tags,
});
