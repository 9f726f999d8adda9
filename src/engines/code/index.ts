import { AppError } from '../../lib/errors.ts';
import type { FileEngine } from '../engine.ts';
import { type CodeOptions, prepareRules } from './prepare-rules.ts';

const version = '1';

const isCodeOptions = (value: unknown): value is CodeOptions =>
  typeof value === 'object' && value !== null && 'program' in value && typeof value.program === 'object';

/** Finds code by rules in Semgrep's language: parsed once a file, matched as shapes whatever the language. */
export const codeEngine: FileEngine = {
  name: 'code',
  version,
  summary: 'Weaknesses in source code, by rules in Semgrep syntax; many languages, nothing to install',
  kinds: ['sast'],
  isDefault: true,
  readsHistory: false,
  executesRepositoryCode: false,
  sandbox: 'none',
  network: 'none',
  tools: [],
  memoryBytes: 384 * 1024 * 1024,
  scope: 'file',

  prepare: (settings, options) => prepareRules(settings, version, options),

  // What only checks and tests rules is no part of a scan's start.
  readsRules: async (path, options) => (await import('./check-rules.ts')).holdsRules(path, options),
  validateRules: async (paths, options) => (await import('./check-rules.ts')).checkRules(paths, options),
  testRules: async (paths, options) => (await import('./check-rules.ts')).testAnnotatedRules(paths, options),

  openAnalyser: async (options) => {
    if (!isCodeOptions(options)) throw new AppError('internal', 'the code engine was opened with options it did not prepare');
    const { program } = options;
    // A tree without code starts no matcher.
    if (program.rules.length === 0) return { analyse: () => ({ findings: [], state: 'excluded', reason: 'not_applicable' }) };
    return (await import('./analyser.ts')).createCodeAnalyser(program);
  },
};
