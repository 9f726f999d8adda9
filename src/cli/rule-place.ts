import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Engine } from '../engines/engine.ts';
import { engineNames, loadEngine } from '../engines/registry.ts';
import { AppError, isSystemError, messageOf } from '../lib/errors.ts';
import type { CliContext } from './context.ts';
import type { CatalogueOptions } from './rule-catalogue.ts';

/** A file or folder of rules a person named, with the engines that read it. */
export interface RulePlace {
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly isFolder: boolean;
  /** One or more. */
  readonly engines: readonly Engine[];
}

const hint = 'Name a gitleaks TOML file, a Semgrep YAML file, or a folder of them.';

const isFolder = async (shown: string, path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const why = isSystemError(error, 'ENOENT', 'ENOTDIR') ? 'there is no such file or folder' : messageOf(error);
    throw new AppError('rule_invalid', `cannot read ${shown}: ${why}`, { cause: error, hint });
  }
};

/** @throws AppError `rule_invalid` where nothing is, or nothing an engine reads */
export const rulePlace = async (context: CliContext, shown: string): Promise<RulePlace> => {
  const path = resolve(context.cwd, shown);
  const folder = await isFolder(shown, path);
  const all = await Promise.all(engineNames.map(loadEngine));
  const engines: Engine[] = [];
  for (const engine of all) if ((await engine.readsRules?.(path, context)) === true) engines.push(engine);
  if (engines.length === 0)
    throw new AppError('rule_invalid', `${shown}: ${folder ? 'no rules in it' : 'no rule file'} that an engine reads`, { hint });
  return { shown, path, isFolder: folder, engines };
};

/** The rules of that place alone, for an engine that loads them like its own. */
export const catalogueOfPlace = ({ path, isFolder }: RulePlace, engine: Engine): CatalogueOptions => ({
  engines: [engine.name],
  ...(isFolder ? { rulesDir: path } : { configPath: path }),
});
