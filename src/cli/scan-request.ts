import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { checkoutBudgets } from '../analysis/checkout-budgets.ts';
import type { ScanRequest } from '../analysis/scan-request.ts';
import { closest } from '../config/closest.ts';
import type { ResolvedSettings } from '../config/resolve-settings.ts';
import type { ProjectConfig } from '../domain/project-config.ts';
import { engineNames } from '../engines/registry.ts';
import { AppError, type ErrorCode, isSystemError, messageOf } from '../lib/errors.ts';
import type { Baseline } from '../report/read-baseline.ts';
import { codeRulesOf } from './code-rules.ts';
import type { CliContext } from './context.ts';
import type { ScanOptions } from './scan-options.ts';

/** Larger than the report of any scan within the default limits. */
const maxBaselineBytes = 512 * 1024 * 1024;
const maxConfigBytes = 256 * 1024;

const unreadableBaseline = {
  code: 'baseline_invalid',
  hint: 'Make one with "sightline scan . -f json=FILE", then name that file.',
} as const;
const unreadableConfig = {
  code: 'config_invalid',
  hint: 'Name a sightline.yaml; without --config the one at the top of the target is read.',
} as const;

/**
 * A file a person named on the command line, as text.
 * @throws AppError as `refusal` says when it is missing, no regular file, or larger than `maxBytes`.
 */
export const readNamedFile = async (
  shown: string,
  cwd: string,
  maxBytes: number,
  refusal: { readonly code: ErrorCode; readonly hint: string },
  { signal }: { readonly signal: AbortSignal },
): Promise<string> => {
  const refuse = (why: string, cause?: unknown): AppError =>
    new AppError(refusal.code, `cannot read ${shown}: ${why}`, { hint: refusal.hint, ...(cause === undefined ? {} : { cause }) });
  try {
    // Without O_NONBLOCK a named pipe would hang before it could be refused.
    const file = await open(resolve(cwd, shown), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size, isFile } = await file.stat().then((found) => ({ size: found.size, isFile: found.isFile() }));
      if (!isFile) throw refuse('it is no regular file');
      if (size > maxBytes) throw refuse(`it is larger than ${Math.round(maxBytes / 1024)} KiB`);
      return await file.readFile({ encoding: 'utf8', signal });
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) throw refuse('there is no such file', error);
    throw refuse(isSystemError(error, 'EACCES') ? 'permission denied' : messageOf(error), error);
  }
};

/** @throws AppError `baseline_invalid` */
export const loadBaseline = async (context: CliContext, file: string): Promise<Baseline> => {
  const { readBaseline } = await import('../report/read-baseline.ts');
  return readBaseline(await readNamedFile(file, context.cwd, maxBaselineBytes, unreadableBaseline, context));
};

export const loadConfigFile = async (context: CliContext, file: string): Promise<ProjectConfig> => {
  const { parseProjectConfig } = await import('../config/project.ts');
  return parseProjectConfig(await readNamedFile(file, context.cwd, maxConfigBytes, unreadableConfig, context), file);
};

/** @throws AppError `engine_unknown` with the likely name. */
export const checkEngineNames = (names: readonly string[]): void => {
  for (const name of names) {
    if (engineNames.includes(name)) continue;
    const near = closest(name, engineNames);
    throw new AppError('engine_unknown', `there is no engine "${name}"`, {
      hint: near === undefined ? `Engines: ${engineNames.join(', ')}.` : `Did you mean "${near}"?`,
    });
  }
};

/** User and password of a URL are nobody's business but the server's; such a target is refused later, this is for the report. */
const withoutCredentials = (argument: string): string => argument.replace(/(:\/\/)[^/@\s]*@/g, '$1***@');

/** Everything a person asked for on one command line, files read and checked. */
export const toScanRequest = async (
  context: CliContext,
  target: string,
  options: ScanOptions,
  { values }: ResolvedSettings,
  { failOnIsSet, baseline }: { readonly failOnIsSet: boolean; readonly baseline?: Baseline | undefined },
): Promise<ScanRequest> => {
  const { ref, since, engine: engines = [], skipEngine: skipEngines = [], exclude = [], ...rest } = options;
  checkEngineNames([...engines, ...skipEngines]);
  return {
    target,
    ...(ref === undefined ? {} : { ref }),
    ...(since === undefined ? {} : { since }),
    history: rest.history === true,
    ...(engines.length === 0 ? {} : { engines }),
    skipEngines,
    exclude,
    includeIgnored: !rest.gitignore,
    allowHosts: values.allowHosts,
    offline: values.offline,
    ...(values.gitToken === undefined ? {} : { token: values.gitToken }),
    budgets: checkoutBudgets(values),
    threads: values.threads ?? availableParallelism(),
    fileTimeoutMs: values.fileTimeoutMs,
    ...(failOnIsSet && values.failOn !== undefined ? { failOn: values.failOn } : {}),
    allowPartial: values.allowPartial,
    ...(baseline === undefined ? {} : { baseline: baseline.entries }),
    ...(rest.config === undefined ? {} : { projectConfig: await loadConfigFile(context, rest.config) }),
    ignoreProjectConfig: !rest.projectConfig,
    codeRules: codeRulesOf(context, values),
    ...(values.secretsConfig === undefined ? {} : { secretsConfigPath: resolve(context.cwd, values.secretsConfig) }),
    ...(values.secretsHmacKey === undefined
      ? {}
      : { hmacKey: { id: values.secretsHmacKeyId, key: Buffer.from(values.secretsHmacKey, 'utf8') } }),
    commandLine: ['sightline', ...context.args.map(withoutCredentials)],
  };
};
