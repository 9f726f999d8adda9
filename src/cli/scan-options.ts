import { type Command, Option } from 'commander';
import { codeRuleOptions } from './code-rules.ts';
import { each, eachName, settingOption } from './setting-options.ts';

/** Options of `scan` as commander leaves them; those of the settings table are read by `settingFlags`. */
export interface ScanOptions extends Readonly<Record<string, unknown>> {
  readonly ref?: string;
  readonly since?: string;
  readonly history?: true;
  readonly format?: readonly string[];
  readonly output?: string;
  readonly baseline?: string;
  readonly engine?: readonly string[];
  readonly skipEngine?: readonly string[];
  readonly autofix?: true;
  readonly autofixDryRun?: true;
  readonly exclude?: readonly string[];
  readonly gitignore: boolean;
  readonly config?: string;
  readonly projectConfig: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color?: boolean;
  readonly progress: boolean;
}

/** Adds every option of `scan`, in groups. */
export const addScanOptions = (command: Command): void => {
  const group = (heading: string, options: readonly Option[]): void => {
    for (const option of options) command.addOption(option.helpGroup(heading));
  };
  group('What to scan:', [
    new Option('--ref <branch|tag|commit>', 'revision of a git URL (default: its default branch)'),
    new Option('--since <revision>', 'only what the change since that revision introduced'),
    new Option('--history', "every commit's added lines instead of the files"),
    new Option('--exclude <pattern>', 'leave paths out, gitignore syntax; repeatable').argParser(each),
    new Option('--no-gitignore', 'also files that .gitignore leaves out'),
    settingOption('allowHosts'),
    settingOption('offline'),
  ]);
  group('How:', [
    new Option('--engine <name>', 'run these engines instead of the default ones; repeatable or with commas').argParser(eachName),
    new Option('--skip-engine <name>', 'leave an engine out; repeatable or with commas').argParser(eachName),
    ...codeRuleOptions(),
    settingOption('secretsConfig'),
    new Option('--config <file>', "a sightline.yaml that replaces the project's own"),
    new Option('--no-project-config', "do not read the project's sightline.yaml and suppressions"),
    settingOption('threads'),
    settingOption('fileTimeoutMs'),
  ]);
  group('Gate:', [
    settingOption('failOn'),
    new Option('--baseline <report>', 'an earlier JSON or SARIF report: list and fail only on what is new'),
    settingOption('allowPartial'),
  ]);
  group('Fixes:', [
    new Option('--autofix', 'change files of the scanned directory where a rule has a fix; the report shows what was found before'),
    new Option('--autofix-dry-run', 'show these changes and make none').conflicts('autofix'),
  ]);
  group('Output:', [
    new Option('-f, --format <name[=file]>', 'table (default), json, sarif, html, junit, gitlab, markdown or csv; repeatable').argParser(
      each,
    ),
    new Option('-o, --output <file>', 'write the one format there instead of standard output'),
    new Option('-q, --quiet', 'no progress, no warnings').conflicts('verbose'),
    new Option('-v, --verbose', 'also what was left out, and why things went wrong'),
    new Option('--no-progress', 'no progress'),
    new Option('--color', 'colours even where the output is no terminal'),
    new Option('--no-color', 'no colours'),
  ]);
  group('Limits:', [
    settingOption('maxFiles'),
    settingOption('maxFileBytes'),
    settingOption('maxCheckoutBytes'),
    settingOption('maxTransferBytes'),
    settingOption('checkoutTimeoutMs'),
  ]);
};
