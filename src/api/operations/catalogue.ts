import { z } from 'zod';
import type { CatalogueEntry } from '../../app/catalogue/catalogue.ts';
import { AppError } from '../../lib/errors.ts';
import { type Operation, operation } from '../operation.ts';
import { type EngineWire, engineList, ruleList, ruleShape, toRuleWire } from '../wire/engines.ts';
import { engineName, text } from '../wire/values.ts';

const tag = 'Engines and rules';

const toEngineWire = ({ engine, rules, rulesetDigest }: CatalogueEntry): EngineWire => ({
  name: engine.name,
  version: engine.version,
  summary: engine.summary,
  scope: engine.scope,
  kinds: [...engine.kinds],
  is_default: engine.isDefault,
  executes_repository_code: engine.executesRepositoryCode,
  sandbox: engine.sandbox,
  network: engine.network,
  tools: engine.tools.map((tool) => tool.command),
  memory_bytes: engine.memoryBytes,
  rule_count: rules.length,
  ruleset_digest: rulesetDigest,
});

const listEngines = operation({
  id: 'listEngines',
  method: 'GET',
  path: '/api/v1/engines',
  tag,
  access: 'rules:read',
  summary: 'List the engines of this installation',
  responses: { 200: { description: 'All engines.', schema: engineList } },
  handler: async (_input, { useCases, signal }) => {
    const entries = await useCases.catalogue.entries({ signal });
    return { status: 200, body: { items: entries.map(toEngineWire) } };
  },
});

const listRules = operation({
  id: 'listRules',
  method: 'GET',
  path: '/api/v1/rules',
  tag,
  access: 'rules:read',
  summary: 'List rules',
  refusals: ['engine_unknown'],
  query: z.strictObject({ engine: engineName.optional(), search: text(200).optional().describe('Part of id, title or tag.') }),
  responses: { 200: { description: 'All that fit.', schema: ruleList } },
  handler: async ({ query }, { useCases, signal }) => {
    const entries = await useCases.catalogue.entries({ signal });
    if (query.engine !== undefined && !entries.some(({ engine }) => engine.name === query.engine)) {
      throw new AppError('engine_unknown', `there is no engine "${query.engine}"`, {
        hint: `Known engines: ${entries.map(({ engine }) => engine.name).join(', ')}.`,
      });
    }
    const search = query.search?.toLowerCase() ?? '';
    const rules = entries
      .filter(({ engine }) => query.engine === undefined || engine.name === query.engine)
      .flatMap((entry) => entry.rules)
      .filter((rule) => [rule.id, rule.title, ...rule.tags].some((part) => part.toLowerCase().includes(search)));
    return { status: 200, body: { items: rules.map(toRuleWire) } };
  },
});

const getRule = operation({
  id: 'getRule',
  method: 'GET',
  path: '/api/v1/rules/{engine}/{rule_id}',
  tag,
  access: 'rules:read',
  summary: 'Show a rule',
  refusals: ['rule_unknown'],
  params: z.strictObject({ engine: engineName, rule_id: text(500).min(1) }),
  responses: { 200: { description: 'The rule.', schema: ruleShape } },
  handler: async ({ params }, { useCases, signal }) => {
    const entries = await useCases.catalogue.entries({ signal });
    const rule = entries.find(({ engine }) => engine.name === params.engine)?.rules.find(({ id }) => id === params.rule_id);
    if (rule === undefined) {
      throw new AppError('rule_unknown', 'there is no such rule', { hint: 'GET /api/v1/rules lists them all.' });
    }
    return { status: 200, body: toRuleWire(rule) };
  },
});

export const catalogueOperations: readonly Operation[] = [listEngines, listRules, getRule];
