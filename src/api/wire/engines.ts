import { z } from 'zod';
import type { Rule } from '../../domain/rule.ts';
import { confidence, findingKind, severity } from './values.ts';

export const engineShape = z
  .object({
    name: z.string(),
    version: z.string(),
    summary: z.string(),
    scope: z.enum(['file', 'project']),
    kinds: z.array(findingKind),
    is_default: z.boolean().describe('Runs when nobody names engines.'),
    executes_repository_code: z.boolean(),
    sandbox: z.enum(['none', 'preferred', 'required']),
    network: z.enum(['none', 'required']),
    tools: z.array(z.string()).describe('Programs it runs.'),
    memory_bytes: z.int(),
    rule_count: z.int(),
    ruleset_digest: z.string(),
  })
  .meta({ id: 'Engine' });
export type EngineWire = z.infer<typeof engineShape>;
export const engineList = z.object({ items: z.array(engineShape) }).meta({ id: 'EngineList' });

export const ruleShape = z
  .object({
    id: z.string(),
    engine: z.string(),
    kind: findingKind,
    title: z.string(),
    severity,
    confidence,
    cwe: z.array(z.string()),
    help: z.string(),
    help_url: z.string().nullable(),
    tags: z.array(z.string()),
  })
  .meta({ id: 'Rule' });
export type RuleWire = z.infer<typeof ruleShape>;
export const ruleList = z.object({ items: z.array(ruleShape) }).meta({ id: 'RuleList' });

export const toRuleWire = (rule: Rule): RuleWire => ({
  id: rule.id,
  engine: rule.engine,
  kind: rule.kind,
  title: rule.title,
  severity: rule.severity,
  confidence: rule.confidence,
  cwe: [...rule.cwe],
  help: rule.help,
  help_url: rule.helpUrl ?? null,
  tags: [...rule.tags],
});
