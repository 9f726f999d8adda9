import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawFinding } from '../../domain/finding.ts';
import type { ToolResult } from '../../domain/tool.ts';
import { throwIfAborted } from '../../lib/abort.ts';
import { AppError } from '../../lib/errors.ts';
import type { ProjectContext, ProjectEngine } from '../engine.ts';
import { type GitleaksOptions, otherRuleId, prepareGitleaks, ruleIdOf } from './config.ts';
import { findingOf } from './finding.ts';
import { type GitleaksEntry, parseReport } from './report.ts';
import { openSourceText, type SourceText } from './source-text.ts';
import { stageFiles } from './stage.ts';

/** The directory handed to gitleaks holds one directory, so that a `.gitleaksignore` of the tree is never where gitleaks reads one. */
const inputName = 'in';
const treePrefix = `${inputName}/tree/`;
const configName = 'config.toml';

/** Secrets that are masked wherever they stand near a finding, those of the finding's own file first. */
const maxMaskedSecrets = 1000;

const tool = {
  command: 'gitleaks',
  versionArgs: ['version'],
  installHint: 'Install gitleaks 8.19 or newer: https://github.com/gitleaks/gitleaks#installing',
} as const;

/** Directives and ignore files are left to Sightline, which reports what they suppress; the report goes to stdout, never to a disk. */
const args = [
  'dir',
  inputName,
  '--config',
  configName,
  '--report-format',
  'json',
  '--report-path',
  '-',
  '--exit-code',
  '0',
  '--no-banner',
  '--no-color',
  '--log-level',
  'error',
  '--ignore-gitleaks-allow',
];

/** Last line of what the tool said, for people. */
const complaintOf = (result: ToolResult): string => {
  const last = result.stderr.split('\n').findLast((line) => line.trim() !== '');
  return last === undefined ? '' : `: ${last.trim().slice(0, 300)}`;
};

const checkedOutput = (result: ToolResult): Uint8Array => {
  if (result.signal !== null) throw new AppError('tool_failed', `gitleaks was ended by ${result.signal}${complaintOf(result)}`);
  if (result.exitCode !== 0) {
    throw new AppError('tool_failed', `gitleaks ended with code ${result.exitCode}${complaintOf(result)}`, {
      hint: 'Run "sightline engines doctor": gitleaks 8.19 or newer is needed.',
    });
  }
  return result.stdout;
};

const groupByFile = (entries: readonly GitleaksEntry[], context: ProjectContext): ReadonlyMap<string, readonly GitleaksEntry[]> => {
  const listed = new Set(context.files.map((file) => file.path));
  const groups = new Map<string, GitleaksEntry[]>();
  for (const entry of entries) {
    const path = entry.File.startsWith(treePrefix) ? entry.File.slice(treePrefix.length) : undefined;
    if (path === undefined || !listed.has(path)) continue;
    const group = groups.get(path);
    if (group === undefined) groups.set(path, [entry]);
    else group.push(entry);
  }
  return groups;
};

const identical = (a: GitleaksEntry, b: GitleaksEntry): boolean =>
  a.RuleID === b.RuleID &&
  a.Secret === b.Secret &&
  a.StartLine === b.StartLine &&
  a.StartColumn === b.StartColumn &&
  a.EndColumn === b.EndColumn;

/** Runs the gitleaks that is installed, as a second witness beside the engine `secrets`. */
export const gitleaksEngine: ProjectEngine = {
  name: 'gitleaks',
  version: '1',
  summary: 'Secrets, found by an installed gitleaks with its own or your configuration',
  scope: 'project',
  kinds: ['secret'],
  isDefault: false,
  readsHistory: false,
  executesRepositoryCode: false,
  sandbox: 'preferred',
  network: 'none',
  tools: [tool],
  memoryBytes: 1024 ** 3,
  prepare: prepareGitleaks,
  run: async function* (prepared, context, { signal }): AsyncIterable<RawFinding> {
    const { configText, hmacKey } = prepared.options as GitleaksOptions;
    const knownRules = new Set(prepared.rules.map((rule) => rule.id));
    await writeFile(join(context.scratch, configName), configText, { mode: 0o600 });
    await stageFiles(context, join(context.scratch, treePrefix.slice(0, -1)), { signal });
    const result = await context.exec({ command: tool.command, args, timeoutMs: 1_800_000, maxOutputBytes: 64 * 1024 ** 2 }, { signal });

    const report = parseReport(checkedOutput(result));
    const foundAnywhere = report.slice(0, maxMaskedSecrets).map((entry) => entry.Secret);
    for (const [path, entries] of groupByFile(report, context)) {
      throwIfAborted(signal);
      const source: SourceText = openSourceText(await readFile(join(context.scratch, treePrefix, path), { signal }));
      const secrets = [...new Set([...entries.map((entry) => entry.Secret), ...foundAnywhere])].slice(0, maxMaskedSecrets);
      for (const [index, entry] of entries.entries()) {
        const before = entries[index - 1];
        if (before !== undefined && identical(before, entry)) continue;
        const ruleId = [ruleIdOf(entry.RuleID), otherRuleId].find((id) => knownRules.has(id));
        if (ruleId === undefined)
          throw new AppError('engine_output_invalid', 'gitleaks reports a rule that its configuration does not hold');
        yield findingOf(entry, { path, ruleId, source, secrets, hmacKey });
      }
    }
  },
};
