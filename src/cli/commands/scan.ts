import { resolveSettings } from '../../config/resolve-settings.ts';
import { exitCodeOf } from '../../domain/scan.ts';
import { autofix, requireFixable } from '../autofix.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { writeOut } from '../output.ts';
import { warningText } from '../print-error.ts';
import { startProgress } from '../progress.ts';
import { openOutputs, writeReports } from '../report-outputs.ts';
import { addScanOptions, type ScanOptions } from '../scan-options.ts';
import { loadBaseline, toScanRequest } from '../scan-request.ts';
import { settingFlags } from '../setting-options.ts';
import { paintFor, useColour } from '../terminal.ts';

const examples = `
Targets:
  .  ../app                     a directory; honours .gitignore
  https://example.org/team/app  a git repository, also ssh://
  app.zip  app.tar  app.tar.gz  an archive
Private repositories are read with the token in SIGHTLINE_GIT_TOKEN.

Examples:
  sightline scan . -f table -f sarif=out.sarif
  sightline scan . --since origin/main --fail-on medium
  sightline scan . --history
  sightline scan . -f json -o last.json; sightline scan . --baseline last.json
  sightline scan . --engine code --rules rules/ --no-default-rules
  sightline scan . --autofix-dry-run

--autofix changes files that are as they were scanned; of fixes that overlap
the first is made. Report and exit code speak of what was found before.

Exit codes: 0 passed, 1 gate failed, 2 partial or engine failure,
3 nothing to scan, 4 usage or configuration, 5 authentication or limits,
130 interrupted.
`;

const warn = async (context: CliContext, options: ScanOptions, warnings: readonly string[]): Promise<void> => {
  if (options.quiet) return;
  const paint = paintFor(useColour(context.stderr, context.environment, options));
  await writeOut(
    context.stderr,
    warnings.map((warning) => warningText(warning, paint)),
    context,
  );
};

const scan = async (context: CliContext, target: string, options: ScanOptions): Promise<number> => {
  const settings = resolveSettings(context.environment, settingFlags(options));
  await warn(context, options, settings.warnings);
  await requireFixable(context, target, options);
  const outputs = await openOutputs(context, options.format ?? [], options.output);
  const baseline = options.baseline === undefined ? undefined : await loadBaseline(context, options.baseline);
  await warn(context, options, baseline?.warnings ?? []);
  const failOnIsSet = settings.origins.failOn.from !== 'default';
  const request = await toScanRequest(context, target, options, settings, { failOnIsSet, baseline });
  const progress = startProgress(context, {
    target,
    mode: options.quiet || !options.progress ? 'off' : 'on',
    verbose: options.verbose === true,
  });
  try {
    const report = await context.runScan(request, progress.onProgress, context);
    progress.finish(report);
    const { verbose = false } = options;
    await writeReports(context, outputs, report, { color: options.color, verbose });
    // The table ends with the warnings; other formats are for machines.
    if (!outputs.some(({ reporter, file }) => file === undefined && reporter.name === 'table'))
      await warn(context, options, report.warnings);
    await autofix(context, target, report, options);
    return exitCodeOf(report);
  } finally {
    progress.stop();
  }
};

export const defineScan: DefineCommand = (command, { act }) => {
  command
    .description('Scan a directory, a git repository or an archive, and report what was found.')
    .argument('[target]', 'directory, git URL or archive file', '.');
  addScanOptions(command);
  command.addHelpText('after', examples).action((target: string, options: ScanOptions) => act((context) => scan(context, target, options)));
};
