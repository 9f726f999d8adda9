import type { ProjectWire } from '../api/wire/projects.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { shortInstant } from './instants.ts';
import type { Paint } from './terminal.ts';

/** What is known of a project, a line each. */
export const projectText = (project: ProjectWire, paint: Paint): string => {
  const facts: (readonly [string, string])[] = [
    ['id', project.id],
    ['name', project.name],
    ...(project.description === '' ? [] : [['about', project.description] as const]),
    ['repository', project.repository_url ?? 'none'],
    ['branch', project.default_branch ?? 'as the repository says'],
    ['token', project.has_credentials ? 'kept, encrypted' : 'none'],
    ['baseline', project.baseline_scan_id ?? 'none'],
    ['at once', `${project.max_running_scans} scans`],
    ['created', shortInstant(project.created_at)],
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(12)}${forTerminal(value)}`);
  return `${paint.bold(`Project ${project.slug}`)}\n${lines.join('\n')}\n`;
};
