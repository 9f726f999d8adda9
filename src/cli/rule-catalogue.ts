import { join, resolve } from 'node:path';
import { closest } from '../config/closest.ts';
import type { Rule } from '../domain/rule.ts';
import type { Engine, EngineSettings, PreparedEngine } from '../engines/engine.ts';
import { engineNames, loadEngine } from '../engines/registry.ts';
import { AppError } from '../lib/errors.ts';
import type { CodeRules } from './code-rules.ts';
import type { CliContext } from './context.ts';
import { checkEngineNames } from './scan-request.ts';

/** One engine with its rules loaded. */
export interface CatalogueEntry {
  readonly engine: Engine;
  readonly settings: EngineSettings;
  readonly prepared: PreparedEngine;
}

export interface CatalogueOptions {
  /** Empty means the engines that run by default. */
  readonly engines: readonly string[];
  /** A rule file for the engines that find secrets, or a folder of rules for all. */
  readonly configPath?: string;
  readonly rulesDir?: string;
  readonly codeRules?: CodeRules;
}

/** Rules are only looked at: keyed evidence never leaves the process, so any key will do. */
const settingsFor = (context: CliContext, engine: Engine, options: CatalogueOptions): EngineSettings => ({
  rulesDir: options.rulesDir ?? join(context.rulesDir, engine.name),
  ...(options.configPath === undefined || !engine.kinds.includes('secret') ? {} : { configPath: resolve(context.cwd, options.configPath) }),
  ...(engine.kinds.includes('sast') ? options.codeRules : {}),
  hmacKey: { id: 'none', key: new Uint8Array(32), ephemeral: true },
});

/** @throws AppError `engine_unknown`, `rule_invalid` */
export const loadCatalogue = async (context: CliContext, options: CatalogueOptions): Promise<readonly CatalogueEntry[]> => {
  checkEngineNames(options.engines);
  const engines = await Promise.all((options.engines.length === 0 ? engineNames : options.engines).map((name) => loadEngine(name)));
  const chosen = engines.filter((engine) => options.engines.length > 0 || engine.isDefault);
  return Promise.all(
    chosen.map(async (engine) => {
      const settings = settingsFor(context, engine, options);
      return { engine, settings, prepared: await engine.prepare(settings, context) };
    }),
  );
};

/** A rule by its id, or by `engine/id` where two engines have the same. @throws AppError `rule_unknown` with likely ids */
export const findRule = (catalogue: readonly CatalogueEntry[], id: string): { readonly entry: CatalogueEntry; readonly rule: Rule } => {
  for (const entry of catalogue) {
    const rule = entry.prepared.rules.find((candidate) => candidate.id === id || `${entry.engine.name}/${candidate.id}` === id);
    if (rule !== undefined) return { entry, rule };
  }
  const ids = catalogue.flatMap(({ prepared }) => prepared.rules.map((rule) => rule.id));
  const containing = ids.filter((candidate) => id.length > 2 && candidate.toLowerCase().includes(id.toLowerCase())).slice(0, 5);
  const near = closest(id, ids);
  const likely = near === undefined ? containing : [near];
  throw new AppError('rule_unknown', `there is no rule "${id}"`, {
    hint:
      likely.length === 0
        ? 'Run "sightline rules list" for all of them; rules of your own need --rules or --secrets-config here too.'
        : `Did you mean ${likely.map((candidate) => `"${candidate}"`).join(' or ')}?`,
  });
};
