import { AppError } from '../lib/errors.ts';
import type { Reporter } from './reporter.ts';

/** Formats are loaded when they are asked for: a scan with a table never reads the HTML page. */
const loaders: Readonly<Record<string, () => Promise<Reporter>>> = {
  table: async () => (await import('./table.ts')).tableReporter,
  json: async () => (await import('./json.ts')).jsonReporter,
  sarif: async () => (await import('./sarif/index.ts')).sarifReporter,
  html: async () => (await import('./html/index.ts')).htmlReporter,
  junit: async () => (await import('./junit.ts')).junitReporter,
  gitlab: async () => (await import('./gitlab.ts')).gitlabReporter,
  markdown: async () => (await import('./markdown.ts')).markdownReporter,
  csv: async () => (await import('./csv.ts')).csvReporter,
};

export const defaultReporterName = 'table';

/** In the order `--help` shows them. */
export const reporterNames: readonly string[] = Object.keys(loaders);

/** @throws AppError `usage_invalid` when there is no such format. */
export const loadReporter = async (name: string): Promise<Reporter> => {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) {
    throw new AppError('usage_invalid', `there is no report format "${name}"`, { hint: `Use one of: ${reporterNames.join(', ')}.` });
  }
  return load();
};
