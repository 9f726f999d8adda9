import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import type { Rule } from '../../domain/rule.ts';
import { throwIfAborted } from '../../lib/abort.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { EngineSettings, PreparedEngine } from '../engine.ts';

/** What `run` needs of the preparation; plain data. */
export interface GitleaksOptions {
  /** The configuration file handed to gitleaks. */
  readonly configText: string;
  readonly hmacKey: EngineSettings['hmacKey'];
}

/** Rules of a newer gitleaks that our list of default rules does not know are reported under this id. */
export const otherRuleId = 'gitleaks/other';
export const ruleIdOf = (gitleaksId: string): string => `gitleaks/${gitleaksId}`;

const maxConfigBytes = 5_000_000;
const defaultConfigText = '[extend]\nuseDefault = true\n';

const userConfigSchema = z.object({
  extend: z
    .object({ useDefault: z.boolean().optional(), path: z.string().optional(), disabledRules: z.array(z.string()).optional() })
    .optional(),
  rules: z
    .array(z.object({ id: z.string().min(1).max(200), description: z.string().optional(), tags: z.array(z.string()).optional() }))
    .default([]),
});
const defaultRulesSchema = z.object({ gitleaks: z.string(), rules: z.array(z.string()) });

const ruleOf = (gitleaksId: string, description = '', tags: readonly string[] = []): Rule => ({
  id: ruleIdOf(gitleaksId),
  engine: 'gitleaks',
  kind: 'secret',
  title: description === '' ? `Secret found by gitleaks (${gitleaksId})` : description,
  severity: gitleaksId.startsWith('generic') ? 'medium' : 'high',
  confidence: 'medium',
  cwe: ['CWE-798'],
  help: 'gitleaks reports this text as a credential. If it is one: revoke it where it was issued, then take it out of the code and read it from the environment or a secret store. Deleting the line is not enough, since history keeps it.',
  tags: ['secret', ...tags],
});

const defaultRuleIds = async (rulesDir: string): Promise<readonly string[]> => {
  const path = join(rulesDir, 'default-rules.json');
  try {
    return defaultRulesSchema.parse(JSON.parse(await readFile(path, 'utf8'))).rules;
  } catch (cause) {
    throw new AppError('rule_invalid', `the list of gitleaks' default rules cannot be read (${path}): ${messageOf(cause)}`, { cause });
  }
};

const readUserConfig = async (path: string): Promise<string> => {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is no regular file');
    const { size } = found;
    if (size > maxConfigBytes)
      throw new AppError('config_invalid', `${path} has ${size} bytes, more than a configuration may have (${maxConfigBytes})`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('config_invalid', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
};

const parseUserConfig = (path: string, text: string): z.infer<typeof userConfigSchema> => {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    const place = cause instanceof TomlError ? `${path}:${cause.line}:${cause.column}` : path;
    throw new AppError('config_invalid', `${place} is not valid TOML: ${messageOf(cause).split('\n')[0]}`, { cause });
  }
  const result = userConfigSchema.safeParse(document);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new AppError('config_invalid', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a gitleaks configuration'}`);
  }
  if (result.data.extend?.path !== undefined) {
    throw new AppError('config_invalid', `${path}: extend.path is not supported, gitleaks would read it relative to another directory`, {
      hint: 'Put the rules of both files into one.',
    });
  }
  return result.data;
};

/** @throws AppError `config_invalid` for the user's file, `rule_invalid` for a damaged installation. */
export const prepareGitleaks = async (settings: EngineSettings, { signal }: { readonly signal: AbortSignal }): Promise<PreparedEngine> => {
  throwIfAborted(signal);
  const configText = settings.configPath === undefined ? defaultConfigText : await readUserConfig(settings.configPath);
  const config = parseUserConfig(
    settings.configPath === undefined ? 'the default configuration' : basename(settings.configPath),
    configText,
  );

  const rules = new Map<string, Rule>();
  if (config.extend?.useDefault === true) {
    const disabled = new Set(config.extend.disabledRules);
    for (const id of await defaultRuleIds(settings.rulesDir)) if (!disabled.has(id)) rules.set(id, ruleOf(id));
    rules.set('other', { ...ruleOf('other'), title: 'Secret found by a rule of a newer gitleaks' });
  }
  for (const { id, description, tags } of config.rules) rules.set(id, ruleOf(id, description, tags));

  const sorted = [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rulesetDigest = createHash('sha256')
    .update(configText)
    .update('\0')
    .update(JSON.stringify(sorted.map((rule) => rule.id)))
    .digest('hex');
  const options: GitleaksOptions = { configText, hmacKey: settings.hmacKey };
  return { rules: sorted, rulesetDigest, options, warnings: [] };
};
