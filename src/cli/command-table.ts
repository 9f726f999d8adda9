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
    path: ['serve'],
    summary: 'run a server',
    load: async () => (await import('./commands/serve.ts')).defineServe,
  },
  {
    path: ['submit'],
    summary: 'have a repository or archive scanned by a server',
    load: async () => (await import('./commands/submit.ts')).defineSubmit,
  },
  {
    path: ['scans', 'list'],
    summary: 'list scans',
    load: async () => (await import('./commands/scans-list.ts')).defineScansList,
  },
  {
    path: ['scans', 'show'],
    summary: 'show a scan and its worst findings',
    load: async () => (await import('./commands/scans-show.ts')).defineScansShow,
  },
  {
    path: ['scans', 'cancel'],
    summary: 'end a scan',
    load: async () => (await import('./commands/scans-cancel.ts')).defineScansCancel,
  },
  {
    path: ['scans', 'logs'],
    summary: 'print what the tasks of a scan said',
    load: async () => (await import('./commands/scans-logs.ts')).defineScansLogs,
  },
  {
    path: ['issues', 'list'],
    summary: 'list issues',
    load: async () => (await import('./commands/issues-list.ts')).defineIssuesList,
  },
  {
    path: ['issues', 'show'],
    summary: 'show an issue',
    load: async () => (await import('./commands/issues-show.ts')).defineIssuesShow,
  },
  {
    path: ['issues', 'triage'],
    summary: 'decide what becomes of issues',
    load: async () => (await import('./commands/issues-triage.ts')).defineIssuesTriage,
  },
  {
    path: ['import'],
    summary: 'bring the results of another tool to a server',
    load: async () => (await import('./commands/import.ts')).defineImport,
  },
  {
    path: ['projects', 'list'],
    summary: 'list projects',
    load: async () => (await import('./commands/projects-list.ts')).defineProjectsList,
  },
  {
    path: ['projects', 'create'],
    summary: 'create a project',
    load: async () => (await import('./commands/projects-create.ts')).defineProjectsCreate,
  },
  {
    path: ['projects', 'show'],
    summary: 'show a project',
    load: async () => (await import('./commands/projects-show.ts')).defineProjectsShow,
  },
  {
    path: ['projects', 'remove'],
    summary: 'remove a project with all it owns',
    load: async () => (await import('./commands/projects-remove.ts')).defineProjectsRemove,
  },
  {
    path: ['tasks', 'list'],
    summary: 'list tasks and dead letters',
    load: async () => (await import('./commands/tasks-list.ts')).defineTasksList,
  },
  {
    path: ['tasks', 'redrive'],
    summary: 'run a dead letter again',
    load: async () => (await import('./commands/tasks-redrive.ts')).defineTasksRedrive,
  },
  {
    path: ['db', 'migrate'],
    summary: 'bring a database up to date',
    load: async () => (await import('./commands/db-migrate.ts')).defineDbMigrate,
  },
  {
    path: ['db', 'status'],
    summary: 'show the migrations of a database',
    load: async () => (await import('./commands/db-status.ts')).defineDbStatus,
  },
  {
    path: ['db', 'token'],
    summary: 'make a new operator token',
    load: async () => (await import('./commands/db-token.ts')).defineDbToken,
  },
  {
    path: ['retention', 'run'],
    summary: 'remove what is older than the retention, or count it',
    load: async () => (await import('./commands/retention-run.ts')).defineRetentionRun,
  },
  {
    path: ['doctor'],
    summary: 'check a server and its data',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
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
  scans: 'list, show, cancel scans of a server, read their logs',
  issues: 'list, show and triage issues of a server',
  projects: 'list, create, show and remove projects of a server',
  tasks: 'list tasks of a server, run dead letters again',
  db: 'bring a database up to date, show its state, make a new operator token',
  retention: 'run the cleaner of a server',
  engines: 'list the engines, check their needs',
  rules: 'list, show, validate and test rules',
  config: 'show the settings in force',
};

/** How the overview orders the first words. */
export const commandHeadings: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Scan:', ['scan', 'explain']],
  ['Server:', ['serve', 'submit', 'scans', 'issues', 'import', 'projects', 'tasks', 'retention', 'db', 'doctor']],
  ['Look inside:', ['engines', 'rules', 'config']],
  ['Other:', ['completion', 'version', 'help']],
];
