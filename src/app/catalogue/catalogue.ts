import { join } from 'node:path';
import type { Rule } from '../../domain/rule.ts';
import type { Engine, PreparedEngine } from '../../engines/engine.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';
import type { CallOptions } from '../../lib/call-options.ts';

export interface CatalogueEntry {
  readonly engine: Pick<
    Engine,
    | 'name'
    | 'version'
    | 'summary'
    | 'scope'
    | 'kinds'
    | 'isDefault'
    | 'executesRepositoryCode'
    | 'sandbox'
    | 'network'
    | 'tools'
    | 'memoryBytes'
  >;
  readonly rules: readonly Rule[];
  readonly rulesetDigest: string;
}

/** Engines of this installation and the rules they come with. */
export interface Catalogue {
  readonly entries: (options: CallOptions) => Promise<readonly CatalogueEntry[]>;
}

/** Rules do not change while the program runs: they are read once, when somebody asks. */
export const createCatalogue = (deps: { readonly rulesDir: string }): Catalogue => {
  const read = async (name: string, options: CallOptions): Promise<CatalogueEntry> => {
    const engine = await loadEngine(name);
    // Rules are only shown: no keyed evidence is ever made with this key.
    const hmacKey = { id: 'none', key: new Uint8Array(32), ephemeral: true };
    const prepared: PreparedEngine = await engine.prepare({ rulesDir: join(deps.rulesDir, name), hmacKey }, options);
    return { engine, rules: prepared.rules, rulesetDigest: prepared.rulesetDigest };
  };
  let known: readonly CatalogueEntry[] | undefined;
  return {
    entries: async (options) => {
      known ??= await Promise.all(engineNames.map((name) => read(name, options)));
      return known;
    },
  };
};
