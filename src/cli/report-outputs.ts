import { closest } from '../config/closest.ts';
import type { ScanReport } from '../domain/scan.ts';
import { AppError } from '../lib/errors.ts';
import { loadReporter, reporterNames } from '../report/registry.ts';
import type { Reporter } from '../report/reporter.ts';
import type { CliContext } from './context.ts';
import { checkOutputFile, type OutputFile, writeOut, writeOutputFile } from './output.ts';
import { type ColourOptions, useColour, widthOf } from './terminal.ts';

/** One report to write: in which format, and where; without a file on standard output. */
export interface ReportOutput {
  readonly reporter: Reporter;
  readonly file?: OutputFile;
}

interface FormatWish {
  readonly name: string;
  readonly file?: string;
}

const parseWish = (text: string): FormatWish => {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const file = at < 0 ? undefined : text.slice(at + 1);
  if (!reporterNames.includes(name)) {
    const near = closest(name, reporterNames);
    throw new AppError('usage_invalid', `there is no format "${name}"`, {
      hint: near === undefined ? `Formats: ${reporterNames.join(', ')}.` : `Did you mean "${near}"? Formats: ${reporterNames.join(', ')}.`,
    });
  }
  if (file === '')
    throw new AppError('usage_invalid', `--format ${text} names no file`, {
      hint: `Write --format ${name}=FILE, or --format ${name} for standard output.`,
    });
  return file === undefined ? { name } : { name, file };
};

const parseWishes = (formats: readonly string[], output: string | undefined): readonly FormatWish[] => {
  const wishes = (formats.length === 0 ? ['table'] : formats.flatMap((text) => (text.includes('=') ? [text] : text.split(',')))).map(
    parseWish,
  );
  const onStdout = wishes.filter((wish) => wish.file === undefined);
  if (onStdout.length > 1) {
    throw new AppError(
      'usage_invalid',
      `${onStdout.length} formats (${onStdout.map(({ name }) => name).join(', ')}) cannot share standard output`,
      {
        hint: `Send all but one to a file, such as --format ${onStdout.at(-1)?.name}=FILE.`,
      },
    );
  }
  if (output === undefined) return wishes;
  const [only] = wishes;
  if (wishes.length > 1 || only === undefined || only.file !== undefined) {
    throw new AppError('usage_invalid', '--output is for a single format', { hint: 'Write --format NAME=FILE for each one.' });
  }
  return [{ name: only.name, file: output }];
};

/**
 * What `--format` and `--output` ask for, every place found writable and every reporter loaded, before any work begins.
 * @throws AppError `usage_invalid`, `output_unwritable`
 */
export const openOutputs = async (
  context: CliContext,
  formats: readonly string[],
  output: string | undefined,
): Promise<readonly ReportOutput[]> => {
  const outputs: ReportOutput[] = [];
  for (const { name, file } of parseWishes(formats, output)) {
    const reporter = await loadReporter(name);
    outputs.push(file === undefined ? { reporter } : { reporter, file: await checkOutputFile(file, context.cwd, context.newId()) });
  }
  const paths = outputs.flatMap(({ file }) => (file?.replaces ? [file.path] : []));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined)
    throw new AppError('usage_invalid', `two reports would be written to ${twice}`, { hint: 'Give each format a file of its own.' });
  return outputs;
};

/** Files first, so that they are there even when the reader of standard output has gone. */
export const writeReports = async (
  context: CliContext,
  outputs: readonly ReportOutput[],
  report: ScanReport,
  options: ColourOptions & { readonly verbose: boolean },
): Promise<void> => {
  const { signal } = context;
  const { verbose } = options;
  for (const { reporter, file } of outputs) {
    if (file !== undefined)
      await writeOutputFile(file, reporter.render(report, { colour: false, width: 100, verbose }), context.newId(), { signal });
  }
  for (const { reporter, file } of outputs) {
    if (file !== undefined) continue;
    const colour = useColour(context.stdout, context.environment, options);
    await writeOut(context.stdout, reporter.render(report, { colour, width: widthOf(context.stdout), verbose }), { signal });
  }
};
