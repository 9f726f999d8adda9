import type { CommandEntry } from './command.ts';

/** Every command; a command's file is loaded only when it is the one that was asked for. */
export const commandTable: readonly CommandEntry[] = [
  {
    path: ['scan'],
    summary: 'scan a directory, a git repository or an archive',
    load: async () => (await import('./commands/scan.ts')).defineScan,
  },
  {
    path: ['explain'],
    summary: 'explain a rule: what, why, how to fix',
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    path: ['engines', 'list'],
    summary: 'list the engines and what they look for',
    load: async () => (await import('./commands/engines-list.ts')).defineEnginesList,
  },
  {
    path: ['engines', 'doctor'],
    summary: 'check that each engine has what it needs',
    load: async () => (await import('./commands/engines-doctor.ts')).defineEnginesDoctor,
  },
  {
    path: ['rules', 'list'],
    summary: 'list the rules in force',
    load: async () => (await import('./commands/rules-list.ts')).defineRulesList,
  },
  {
    path: ['rules', 'show'],
    summary: 'show the facts of one rule',
    load: async () => (await import('./commands/rules-show.ts')).defineRulesShow,
  },
  {
    path: ['rules', 'validate'],
    summary: 'check a rule file without scanning',
    load: async () => (await import('./commands/rules-validate.ts')).defineRulesValidate,
  },
  {
    path: ['rules', 'test'],
    summary: 'run the examples that rules carry',
    load: async () => (await import('./commands/rules-test.ts')).defineRulesTest,
  },
  {
    path: ['config', 'print'],
    summary: 'print every setting and where it comes from',
    load: async () => (await import('./commands/config-print.ts')).defineConfigPrint,
  },
  {
    path: ['completion'],
    summary: 'print a completion script for your shell',
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
  { path: ['version'], summary: 'print the version', load: async () => (await import('./commands/version.ts')).defineVersion },
];

/** Commands that only hold others. */
export const commandGroups: Readonly<Record<string, string>> = {
  engines: 'list the engines, check their needs',
  rules: 'list, show, validate and test rules',
  config: 'show the settings in force',
};

/** How the overview orders the first words. */
export const commandHeadings: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Scan:', ['scan', 'explain']],
  ['Look inside:', ['engines', 'rules', 'config']],
  ['Other:', ['completion', 'version', 'help']],
];
