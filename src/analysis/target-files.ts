import { parseGitleaksIgnore } from '../config/gitleaksignore.ts';
import type { FileCoverage } from '../domain/coverage.ts';
import { emptyProjectConfig, type ProjectConfig } from '../domain/project-config.ts';
import type { GitleaksIgnoreEntry } from '../domain/suppression.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout, FileEntry } from '../ports/checkout/checkout.ts';
import { createIgnoreRules } from '../ports/checkout/ignore-rules.ts';
import { createSlices } from '../ports/checkout/work-slices.ts';
import { createFileReader } from './pool/read-file.ts';

/** What the target itself says about how it is scanned. */
export interface TargetSettings {
  readonly config: ProjectConfig;
  readonly gitleaksIgnore: readonly GitleaksIgnoreEntry[];
  readonly warnings: readonly string[];
}

export const configFileName = 'sightline.yaml';
const ignoreFileName = '.gitleaksignore';
/** Larger settings files are refused: they are the target's, and parsed in this process. */
const settingsBytes = 256 * 1024;

/** Loaded only for a target that has the file: YAML and its checks cost a third of a start. */
const parseConfig = async (text: string): Promise<ProjectConfig> =>
  (await import('../config/project.ts')).parseProjectConfig(text, configFileName);

/**
 * Reads `sightline.yaml` and `.gitleaksignore` at the root of the target, never through a link.
 * @throws AppError `config_invalid` naming file and line
 */
export const readTargetSettings = async (checkout: Checkout, given: ProjectConfig | undefined, skip: boolean): Promise<TargetSettings> => {
  const readFile = createFileReader(checkout.root, settingsBytes);
  const unread: string[] = [];
  const textOf = (name: string): string | undefined => {
    const read = readFile(name, undefined);
    if (read.ok) return Buffer.from(read.bytes).toString('utf8');
    if (read.state === 'failed' && read.detail?.includes('size limit') === true) {
      throw new AppError('config_invalid', `${name} is larger than ${settingsBytes / 1024} KiB`, {
        hint: 'Use --no-project-config to scan without it.',
      });
    }
    if (checkout.leftOut.some((row) => row.path === name && row.reason !== 'ignored')) unread.push(name);
    return undefined;
  };
  if (skip) return { config: given ?? emptyProjectConfig, gitleaksIgnore: [], warnings: [] };
  const configText = given === undefined ? textOf(configFileName) : undefined;
  const ignoreText = textOf(ignoreFileName);
  const config = given ?? (configText === undefined ? emptyProjectConfig : await parseConfig(configText));
  const foreign = checkout.target.kind !== 'directory' && (configText !== undefined || ignoreText !== undefined);
  const names = [...(configText === undefined ? [] : [configFileName]), ...(ignoreText === undefined ? [] : [ignoreFileName])];
  const gitleaksIgnore = parseGitleaksIgnore(ignoreText ?? '');
  const foreignWarning = `settings that came with the target apply (${names.join(', ')}); --no-project-config scans without them`;
  const warnings = [
    ...(foreign ? [foreignWarning] : []),
    ...unread.map((name) => `${name} does not apply: it is a link or cannot be read`),
    ...gitleaksIgnore.warnings,
  ];
  return { config, gitleaksIgnore: gitleaksIgnore.entries, warnings };
};

/** Splits off what `exclude` of the project's settings leaves out. */
export const applyExcludes = async (
  files: readonly FileEntry[],
  patterns: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<{ readonly files: readonly FileEntry[]; readonly leftOut: readonly FileCoverage[]; readonly warnings: readonly string[] }> => {
  if (patterns.length === 0) return { files, leftOut: [], warnings: [] };
  const rules = createIgnoreRules();
  const warning = rules.add({ directory: '', name: `exclude in ${configFileName}`, text: patterns.join('\n') });
  // The settings may have come with the tree: many patterns over many paths must not keep a person waiting who wants to stop.
  const pause = createSlices(options);
  const kept: FileEntry[] = [];
  const leftOut: FileCoverage[] = [];
  for (const file of files) {
    await pause();
    if (rules.decideWithParents(file.path)?.ignored === true) {
      leftOut.push({
        path: file.path,
        sizeBytes: file.sizeBytes,
        state: 'excluded',
        reason: 'ignored',
        detail: `exclude in ${configFileName}`,
      });
    } else kept.push(file);
  }
  return { files: kept, leftOut, warnings: warning === undefined ? [] : [warning] };
};
