import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Rule } from '../domain/rule.ts';
import type { Engine, FileEngine, PreparedEngine, PrepareOptions, ProjectEngine } from '../engines/engine.ts';
import { engineNames, loadEngine } from '../engines/registry.ts';
import { AppError } from '../lib/errors.ts';
import { ruleKey } from './normalise.ts';
import type { ScanRequest } from './scan-request.ts';

export interface Prepared<Kind extends Engine> {
  readonly engine: Kind;
  readonly prepared: PreparedEngine;
}

export interface PreparedEngines {
  readonly file: readonly Prepared<FileEngine>[];
  readonly project: readonly Prepared<ProjectEngine>[];
  readonly rules: ReadonlyMap<string, Rule>;
  readonly warnings: readonly string[];
  /** Set when no key was configured: evidence under this key must not leave the scan. */
  readonly ephemeralKeyId?: string;
}

/** Key id of a key that lives as long as one scan. */
const ephemeralKeyId = 'scan';

/**
 * Names on the command line win over the project's; neither means the default engines, of a history scan those that can read one.
 * @throws AppError `engine_unknown`, `usage_invalid` when nothing is left
 */
export const selectEngines = async (
  named: readonly string[] | undefined,
  skipped: readonly string[],
  { history }: { readonly history: boolean },
): Promise<readonly Engine[]> => {
  const engines = await Promise.all((named ?? engineNames).map((name) => loadEngine(name)));
  await Promise.all(skipped.map((name) => loadEngine(name)));
  const runsUnnamed = ({ isDefault, readsHistory }: Engine): boolean => isDefault && (readsHistory || !history);
  const chosen = engines.filter((engine) => !skipped.includes(engine.name) && (named !== undefined || runsUnnamed(engine)));
  if (chosen.length === 0)
    throw new AppError('usage_invalid', 'no engine is left to run', { hint: 'Remove --skip-engine, or name one with --engine.' });
  return [...new Map(chosen.map((engine) => [engine.name, engine])).values()];
};

const readsCodeRules = ({ kinds }: Engine): boolean => kinds.includes('sast');

const refuse = (engine: Engine, request: Pick<ScanRequest, 'offline'>): void => {
  if (engine.executesRepositoryCode || engine.sandbox === 'required') {
    throw new AppError('sandbox_required', `engine ${engine.name} runs code of the scanned repository, and this build has no sandbox`);
  }
  if (engine.network === 'required' && request.offline) {
    throw new AppError('network_required', `engine ${engine.name} needs the network, and --offline forbids it`, {
      hint: `Add --skip-engine ${engine.name}.`,
    });
  }
};

/** Rules that somebody named and no engine of this scan reads. */
const idleRules = (engines: readonly Engine[], { codeRules }: Pick<ScanRequest, 'codeRules'>): readonly string[] =>
  (codeRules?.rulePaths ?? []).length === 0 || engines.some(readsCodeRules)
    ? []
    : ['the rules of --rules are not run: the code engine is not part of this scan'];

/** Loads the rules of every chosen engine. @throws AppError `rule_invalid`, `config_invalid`, `sandbox_required`, `network_required` */
export const prepareEngines = async (
  engines: readonly Engine[],
  request: Pick<ScanRequest, 'offline' | 'secretsConfigPath' | 'codeRules' | 'hmacKey'>,
  rulesDir: string,
  options: PrepareOptions,
): Promise<PreparedEngines> => {
  const hmacKey =
    request.hmacKey === undefined
      ? { id: ephemeralKeyId, key: new Uint8Array(randomBytes(32)), ephemeral: true }
      : { ...request.hmacKey, ephemeral: false };
  const all = await Promise.all(
    engines.map(async (engine) => {
      refuse(engine, request);
      const findsSecrets = engine.kinds.includes('secret');
      const prepared = await engine.prepare(
        {
          rulesDir: join(rulesDir, engine.name),
          ...(findsSecrets && request.secretsConfigPath !== undefined ? { configPath: request.secretsConfigPath } : {}),
          ...(readsCodeRules(engine) ? request.codeRules : {}),
          hmacKey,
        },
        options,
      );
      return { engine, prepared };
    }),
  );
  const rules = new Map(
    all.flatMap(({ engine, prepared }) => prepared.rules.map((rule) => [ruleKey(engine.name, rule.id), rule] as const)),
  );
  return {
    file: all.flatMap(({ engine, prepared }) => (engine.scope === 'file' ? [{ engine, prepared }] : [])),
    project: all.flatMap(({ engine, prepared }) => (engine.scope === 'project' ? [{ engine, prepared }] : [])),
    rules,
    warnings: [...all.flatMap(({ prepared }) => prepared.warnings), ...idleRules(engines, request)],
    ...(hmacKey.ephemeral ? { ephemeralKeyId: hmacKey.id } : {}),
  };
};
