import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { abortReason, throwIfAborted } from '../../lib/abort.ts';
import { AppError, isSystemError, messageOf } from '../../lib/errors.ts';
import { invalid } from './config-fields.ts';
import { isRegexError, translateGoRegex } from './go-regex.ts';
import { type PartialRule, parseRuleFile, type RuleFile, type TargetedAllowlist } from './rule-file.ts';
import type { AllowlistSpec, LoadedRule, Ruleset } from './rule-spec.ts';

/** Limits on a rule file: it may be somebody else's. */
const maxFileBytes = 4 * 1024 * 1024;
const maxRules = 5000;
const maxExtendDepth = 5;

const genericHelp =
  'A credential in source code is known to everybody who can read the code, its history, its builds and its backups. Revoke it where it was issued, replace it, and load the new one from a secret store or the environment.';

interface RuleLayer {
  readonly rules: ReadonlyMap<string, PartialRule>;
  readonly allowlists: readonly TargetedAllowlist[];
  readonly warnings: readonly string[];
}

const readText = async (file: string, signal: AbortSignal): Promise<string> => {
  throwIfAborted(signal);
  try {
    // A named pipe would otherwise hold the process, even against signals.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new Error('it is no regular file');
      const { size } = found;
      if (size > maxFileBytes)
        throw new AppError('rule_invalid', `${file}: larger than ${maxFileBytes} bytes`, { hint: 'Split the rule file.' });
      return await handle.readFile({ encoding: 'utf8', signal });
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    if (error instanceof AppError) throw error;
    const why = isSystemError(error, 'ENOENT') ? 'there is no such file' : messageOf(error);
    throw new AppError('config_invalid', `the rule file ${file} cannot be read: ${why}`, {
      hint: 'Name a gitleaks configuration (TOML) that exists and can be read.',
      cause: error,
    });
  }
};

const layerOf = (file: RuleFile): RuleLayer => {
  const rules = new Map<string, PartialRule>();
  const warnings: string[] = [];
  for (const rule of file.rules) {
    if (rules.has(rule.id)) warnings.push(`${file.source.file}: rule "${rule.id}" is there twice; the later one counts`);
    rules.set(rule.id, rule);
  }
  return { rules, allowlists: file.allowlists, warnings: [...file.source.warnings, ...warnings] };
};

/** `over` changes single fields of a rule it extends; lists add up. */
const mergeRule = (base: PartialRule, over: PartialRule): PartialRule => ({
  ...base,
  ...over,
  entropy: over.entropy === undefined || over.entropy === 0 ? (base.entropy ?? 0) : over.entropy,
  secretGroup: over.secretGroup === undefined || over.secretGroup === 0 ? (base.secretGroup ?? 0) : over.secretGroup,
  skipReport: base.skipReport,
  isFallback: base.isFallback || over.isFallback,
  tags: [...base.tags, ...over.tags],
  keywords: [...base.keywords, ...over.keywords],
  allowlists: [...base.allowlists, ...over.allowlists],
  required: base.required,
  presentation: { ...base.presentation, ...over.presentation },
});

const extendLayer = (own: RuleLayer, base: RuleLayer, disabled: readonly string[], file: string): RuleLayer => {
  const rules = new Map<string, PartialRule>();
  const warnings = [...own.warnings, ...base.warnings];
  for (const id of disabled)
    if (!base.rules.has(id)) warnings.push(`${file}: disabledRules names "${id}", which the extended rules do not have`);
  for (const [id, rule] of base.rules) {
    if (disabled.includes(id)) continue;
    const over = own.rules.get(id);
    rules.set(id, over === undefined ? rule : mergeRule(rule, over));
  }
  for (const [id, rule] of own.rules) if (!rules.has(id)) rules.set(id, rule);
  return { rules, allowlists: [...own.allowlists, ...base.allowlists], warnings };
};

const loadPackLayer = async (rulesDir: string, signal: AbortSignal): Promise<RuleLayer> => {
  const names = (await readdir(rulesDir)).filter((name) => name.endsWith('.toml')).sort();
  const layers = await Promise.all(
    names.map(async (name) => layerOf(parseRuleFile(`rules/secrets/${name}`, await readText(join(rulesDir, name), signal)))),
  );
  const rules = new Map<string, PartialRule>();
  for (const layer of layers) {
    for (const [id, rule] of layer.rules) {
      if (rules.has(id)) throw invalid(rule.place, 'id', 'another file of the pack has a rule of that id');
      rules.set(id, rule);
    }
  }
  return { rules, allowlists: layers.flatMap((layer) => layer.allowlists), warnings: layers.flatMap((layer) => layer.warnings) };
};

const loadFileLayer = async (file: string, rulesDir: string, seen: readonly string[], signal: AbortSignal): Promise<RuleLayer> => {
  if (seen.includes(file))
    throw new AppError('rule_invalid', `${file}: extends itself through ${seen.at(-1) ?? file}`, { hint: 'Remove one [extend] path.' });
  if (seen.length >= maxExtendDepth)
    throw new AppError('rule_invalid', `${file}: more than ${maxExtendDepth} files extend each other`, { hint: 'Put the rules together.' });
  const parsed = parseRuleFile(file, await readText(file, signal));
  const own = layerOf(parsed);
  if (parsed.extend === undefined) return own;
  if (parsed.extend.useDefault) {
    const base = await loadPackLayer(rulesDir, signal);
    const note = `${file}: useDefault extends Sightline's own rules, not those of gitleaks; name a file with [extend] path to extend others`;
    const extended = extendLayer(own, base, parsed.extend.disabledRules, file);
    return { ...extended, warnings: [note, ...extended.warnings] };
  }
  if (parsed.extend.path === undefined) return own;
  const base = await loadFileLayer(resolve(dirname(file), parsed.extend.path), rulesDir, [...seen, file], signal);
  return extendLayer(own, base, parsed.extend.disabledRules, file);
};

/** Every expression of a rule, so that none is refused only when it first runs. */
const checkExpressions = (rule: PartialRule): void => {
  const check = (key: string, source: string): number => {
    const translated = translateGoRegex(source);
    if (isRegexError(translated))
      throw invalid(rule.place, key, `the expression "${source.slice(0, 80)}" does not compile: ${translated.error}`);
    return translated.groupCount;
  };
  const groups = rule.regex === undefined ? 0 : check('regex', rule.regex);
  if (rule.regex !== undefined && (rule.secretGroup ?? 0) > groups) {
    throw invalid(rule.place, 'secretGroup', `"secretGroup" is ${rule.secretGroup ?? 0}, but the expression has ${groups} groups`);
  }
  if (rule.path !== undefined) check('path', rule.path);
  for (const allowlist of rule.allowlists) {
    for (const source of allowlist.paths) check('paths', source);
    for (const source of allowlist.regexes) check('regexes', source);
  }
};

const present = (rule: PartialRule, allowlists: readonly AllowlistSpec[]): LoadedRule => ({
  spec: {
    id: rule.id,
    description: rule.description ?? rule.id,
    ...(rule.regex === undefined ? {} : { regex: rule.regex }),
    ...(rule.path === undefined ? {} : { path: rule.path }),
    keywords: [...new Set(rule.keywords.filter((keyword) => keyword !== ''))],
    entropy: rule.entropy ?? 0,
    secretGroup: rule.secretGroup ?? 0,
    isGeneric: rule.isFallback || rule.tags.includes('generic') || rule.id.toLowerCase().includes('generic'),
    skipReport: rule.skipReport,
    ...(rule.windowBytes === undefined ? {} : { windowBytes: rule.windowBytes }),
    ...(rule.severityInTests === undefined ? {} : { severityInTests: rule.severityInTests }),
    allowlists: [...rule.allowlists, ...allowlists],
    required: rule.required,
  },
  presentation: {
    severity: rule.presentation.severity ?? 'high',
    confidence: rule.presentation.confidence ?? 'medium',
    cwe: rule.presentation.cwe ?? ['CWE-798'],
    help: rule.presentation.help ?? genericHelp,
    ...(rule.presentation.helpUrl === undefined ? {} : { helpUrl: rule.presentation.helpUrl }),
    tags: [...new Set(rule.tags)],
    match: rule.presentation.match ?? [],
    noMatch: rule.presentation.noMatch ?? [],
    examplePath: rule.presentation.examplePath ?? 'example.txt',
  },
});

const finish = (layer: RuleLayer, checkAll: boolean): Ruleset => {
  if (layer.rules.size > maxRules)
    throw new AppError('rule_invalid', `there are ${layer.rules.size} rules; at most ${maxRules} are taken`, { hint: 'Remove rules.' });
  const warnings = [...layer.warnings];
  const targeted = new Map<string, AllowlistSpec[]>();
  for (const allowlist of layer.allowlists) {
    for (const id of allowlist.targetRules) {
      if (!layer.rules.has(id)) throw invalid(allowlist.place, 'targetRules', `targetRules names "${id}", which is no rule`);
      targeted.set(id, [...(targeted.get(id) ?? []), allowlist.spec]);
    }
  }
  const rules: LoadedRule[] = [];
  for (const rule of layer.rules.values()) {
    if (rule.regex === undefined && rule.path === undefined)
      throw invalid(rule.place, 'id', 'it has neither "regex" nor "path", so it can never report anything');
    if (checkAll) checkExpressions(rule);
    for (const { id } of rule.required)
      if (!layer.rules.has(id)) throw invalid(rule.place, 'required', `it requires "${id}", which is no rule`);
    rules.push(present(rule, targeted.get(rule.id) ?? []));
  }
  const allowlists = layer.allowlists.filter((allowlist) => allowlist.targetRules.length === 0);
  if (checkAll) {
    for (const { spec, place } of allowlists) {
      for (const source of [...spec.paths, ...spec.regexes]) {
        const translated = translateGoRegex(source);
        if (isRegexError(translated))
          throw invalid(place, 'allowlists', `the expression "${source.slice(0, 80)}" does not compile: ${translated.error}`);
      }
    }
  }
  return {
    rules: rules.sort((left, right) => (left.spec.id < right.spec.id ? -1 : 1)),
    allowlists: allowlists.map((allowlist) => allowlist.spec),
    warnings,
  };
};

/**
 * The pack of this installation, or the file that replaces it. Expressions of the pack are proved by its tests, those of a file here.
 * @throws AppError `rule_invalid`, `config_invalid`
 */
export const loadRuleset = async (
  from: { readonly rulesDir: string; readonly configPath?: string; readonly checkPack?: boolean },
  options: { readonly signal: AbortSignal },
): Promise<Ruleset> => {
  if (from.configPath === undefined) return finish(await loadPackLayer(from.rulesDir, options.signal), from.checkPack ?? false);
  return finish(await loadFileLayer(resolve(from.configPath), from.rulesDir, [], options.signal), true);
};
