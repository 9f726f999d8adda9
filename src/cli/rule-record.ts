import type { Rule } from '../domain/rule.ts';

/** A rule as JSON output shows it. */
export const ruleRecord = (rule: Rule): Readonly<Record<string, unknown>> => ({
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
