/** What a caller may be allowed to do. Each operation names one; `public` asks nobody, `signed` asks the signature of the URL. */
export const permissions = [
  'projects:read',
  'projects:write',
  'scans:read',
  'scans:write',
  'issues:read',
  'issues:triage',
  'artifacts:read',
  'artifacts:write',
  'tasks:read',
  'tasks:redrive',
  'workers:read',
  'rules:read',
  'events:read',
  'metrics:read',
  'docs:read',
  'diagnosis:read',
  'retention:run',
] as const;
export type Permission = (typeof permissions)[number];
export type Access = Permission | 'public' | 'signed';
