import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, isSystemError, messageOf } from '../lib/errors.ts';
import type { CliContext } from './context.ts';
import type { CatalogueOptions } from './rule-catalogue.ts';

/** A file or folder of rules a person named, for the engine that reads that format. @throws AppError `rule_invalid` */
export const rulePlace = async (context: CliContext, shown: string): Promise<CatalogueOptions> => {
  const path = resolve(context.cwd, shown);
  try {
    const found = await stat(path);
    return found.isDirectory() ? { engines: ['secrets'], rulesDir: path } : { engines: ['secrets'], configPath: path };
  } catch (error) {
    const why = isSystemError(error, 'ENOENT', 'ENOTDIR') ? 'there is no such file or folder' : messageOf(error);
    throw new AppError('rule_invalid', `cannot read ${shown}: ${why}`, {
      cause: error,
      hint: 'Name a gitleaks TOML file, or a folder of them.',
    });
  }
};
