import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { throwIfAborted } from '../../lib/abort.ts';
import { AppError } from '../../lib/errors.ts';
import type { EngineSettings, FileEngine } from '../engine.ts';
import { createAnalyser } from './analyser.ts';
import { buildAutomaton } from './automaton.ts';
import { keywordsOf } from './detector.ts';
import { checkExamples, type ExampleReport } from './examples.ts';
import type { AnalyserOptions, Ruleset } from './rule-spec.ts';
import { loadRuleset } from './ruleset.ts';

const version = '1';

const digestOf = (ruleset: Ruleset): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        version,
        ruleset.rules.map(({ spec, presentation }) => [spec, presentation.severity, presentation.confidence]),
        ruleset.allowlists,
      ]),
    )
    .digest('hex');

const isAnalyserOptions = (value: unknown): value is AnalyserOptions =>
  typeof value === 'object' && value !== null && 'rules' in value && 'automaton' in value && 'hmacKey' in value;

const placeOf = ({ rulesDir, configPath }: EngineSettings): { readonly rulesDir: string; readonly configPath?: string } => ({
  rulesDir,
  ...(configPath === undefined ? {} : { configPath }),
});

const isRuleFile = (path: string): boolean => path.toLowerCase().endsWith('.toml');

/** Examples are filled in from this seed, so that a failing one fails again. */
const exampleSeed = 1;

/** Finds credentials by the rules of a gitleaks configuration: keyword automaton first, expressions only where a keyword is. */
export const secretsEngine: FileEngine = {
  name: 'secrets',
  version,
  summary: 'Credentials in source code: API keys, tokens, private keys, passwords (gitleaks rule format)',
  kinds: ['secret'],
  isDefault: true,
  readsHistory: true,
  executesRepositoryCode: false,
  sandbox: 'none',
  network: 'none',
  tools: [],
  memoryBytes: 256 * 1024 * 1024,
  scope: 'file',

  prepare: async (settings, options) => {
    const ruleset = await loadRuleset(placeOf(settings), options);
    const specs = ruleset.rules.map((rule) => rule.spec);
    const analyserOptions: AnalyserOptions = {
      rules: specs,
      allowlists: ruleset.allowlists,
      automaton: buildAutomaton(keywordsOf(specs)),
      hmacKey: { id: settings.hmacKey.id, key: settings.hmacKey.key },
      decode: true,
    };
    return {
      rules: ruleset.rules
        .filter(({ spec }) => !spec.skipReport)
        .map(({ spec, presentation }) => ({
          id: spec.id,
          engine: 'secrets',
          kind: 'secret',
          title: spec.description,
          severity: presentation.severity,
          confidence: presentation.confidence,
          cwe: presentation.cwe,
          help: presentation.help,
          ...(presentation.helpUrl === undefined ? {} : { helpUrl: presentation.helpUrl }),
          tags: presentation.tags,
        })),
      rulesetDigest: digestOf(ruleset),
      options: analyserOptions,
      warnings: ruleset.warnings,
    };
  },

  listExamples: async (settings, options) =>
    (await loadRuleset(placeOf(settings), options)).rules.flatMap(({ spec, presentation }) => [
      ...presentation.match.map((template) => ({ ruleId: spec.id, matches: true, template })),
      ...presentation.noMatch.map((template) => ({ ruleId: spec.id, matches: false, template })),
    ]),

  failingExamples: async (settings, options) => {
    const { checkExamples } = await import('./examples.ts');
    const { failures } = checkExamples(await loadRuleset(placeOf(settings), options), exampleSeed);
    return failures.map(({ ruleId, template, expected }) => ({ ruleId, matches: expected === 'match', template }));
  },

  readsRules: async (path, { signal }) => {
    throwIfAborted(signal);
    if ((await stat(path)).isFile()) return isRuleFile(path);
    return (await readdir(path)).some(isRuleFile);
  },

  openAnalyser: async (options) => {
    if (!isAnalyserOptions(options)) throw new AppError('internal', 'the secrets engine was opened with options it did not prepare');
    return createAnalyser(options);
  },
};

/**
 * Loads the pack, or the rule file given, with every expression checked, and runs the examples.
 * @throws AppError `rule_invalid`, `config_invalid`
 */
export const testRules = async (
  from: { readonly rulesDir: string; readonly configPath?: string; readonly seed: number },
  options: { readonly signal: AbortSignal },
): Promise<ExampleReport & { readonly warnings: readonly string[] }> => {
  const ruleset = await loadRuleset({ ...from, checkPack: true }, options);
  return { ...checkExamples(ruleset, from.seed), warnings: ruleset.warnings };
};
