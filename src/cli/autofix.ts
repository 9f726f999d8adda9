import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { applyFixes, type FixedFinding, type FixOutcome } from '../analysis/apply-fixes.ts';
import type { ScanReport } from '../domain/scan.ts';
import { AppError } from '../lib/errors.ts';
import { clip, forTerminal } from '../lib/text-safety.ts';
import { counted, formatCount, placeOf } from '../report/summary.ts';
import type { CliContext } from './context.ts';
import { writeOut } from './output.ts';
import type { ScanOptions } from './scan-options.ts';

/** Asked before the scan, so that nobody waits for a refusal. @throws AppError `usage_invalid` */
export const requireFixable = async (context: CliContext, target: string, options: ScanOptions): Promise<void> => {
  if (options.autofix === undefined && options.autofixDryRun === undefined) return;
  const name = options.autofix === undefined ? '--autofix-dry-run' : '--autofix';
  if (options.history === true) {
    throw new AppError('usage_invalid', `${name} and --history exclude each other`, { hint: 'Commits cannot be fixed; scan the files.' });
  }
  const found = await stat(resolve(context.cwd, target)).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new AppError('usage_invalid', `${name} changes files of a directory, and ${target} is none`, {
    hint: 'Clone or unpack it, and scan the directory.',
  });
};

const lineCharacters = 200;
const textLines = (sign: string, lines: readonly string[]): string[] =>
  lines.map((line) => `  ${sign} ${forTerminal(clip(line, lineCharacters))}\n`);

/** Old lines as the report shows them, secrets masked; then what comes in place of the part that is meant. */
const changeText = ({ location, ruleId, snippet, fix }: FixedFinding): string =>
  [
    `${forTerminal(placeOf(location))} ${forTerminal(ruleId)}\n`,
    ...textLines('-', snippet?.lines ?? []),
    ...textLines('+', fix.replacement === '' ? [] : fix.replacement.split('\n')),
  ].join('');

const shownSkipped = 10;

const outcomeText = ({ applied, skipped }: FixOutcome, isDry: boolean): string => {
  const files = new Set(applied.map(({ location }) => location.path)).size;
  const done = `${counted(applied.length, 'fix', 'fixes')} in ${counted(files, 'file')}`;
  const lines = skipped
    .slice(0, shownSkipped)
    .map(
      ({ finding, why }) =>
        `  not fixed: ${forTerminal(placeOf(finding.location))} ${forTerminal(finding.ruleId)}: ${forTerminal(clip(why, 300))}\n`,
    );
  if (skipped.length > shownSkipped) lines.push(`  not fixed: ${formatCount(skipped.length - shownSkipped)} more\n`);
  const sentence = isDry ? `would make ${done}` : `made ${done}${applied.length > 0 ? '; scan again to see what is left' : ''}`;
  return `autofix: ${sentence}\n${lines.join('')}`;
};

/** After the reports, which tell what was found before: on standard error, where no report is read. */
export const autofix = async (context: CliContext, target: string, report: ScanReport, options: ScanOptions): Promise<void> => {
  const isDry = options.autofixDryRun === true;
  if (options.autofix === undefined && !isDry) return;
  const request = { root: resolve(context.cwd, target), findings: report.findings, write: !isDry, newId: context.newId };
  const outcome = await applyFixes(request, context);
  const changes = isDry ? outcome.applied.map(changeText) : [];
  await writeOut(context.stderr, [...changes, outcomeText(outcome, isDry)], context);
};
