import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { resolvePart } from '../config/resolve-settings.ts';
import { type Settings, scanSettings } from '../config/schema.ts';
import type { EngineSettings } from '../engines/engine.ts';
import type { CliContext } from './context.ts';
import { settingFlags, settingOption } from './setting-options.ts';

/** The rules of the code engine that somebody chose, as it takes them. */
export type CodeRules = Pick<EngineSettings, 'rulePaths' | 'withoutOwnRules'>;

export const codeRuleOptions = (): readonly Option[] => [
  settingOption('codeRules'),
  new Option('--no-default-rules', "of the code engine only the rules of --rules, not Sightline's own"),
];

export const addCodeRuleOptions = (command: Command): Command => {
  for (const option of codeRuleOptions()) command.addOption(option);
  return command;
};

/** Relative paths are those of the folder the person stands in. */
export const codeRulesOf = (context: CliContext, values: Pick<Settings, 'codeRules' | 'codeDefaultRules'>): CodeRules => ({
  rulePaths: values.codeRules.map((path) => resolve(context.cwd, path)),
  withoutOwnRules: !values.codeDefaultRules,
});

/** For commands that read no other setting of a scan. */
export const chosenCodeRules = (context: CliContext, options: Readonly<Record<string, unknown>>): CodeRules => {
  const { codeRules, codeDefaultRules } = scanSettings;
  return codeRulesOf(context, resolvePart({ codeRules, codeDefaultRules }, context.environment, settingFlags(options)).values);
};
