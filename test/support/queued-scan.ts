import type { Finding } from '../../src/domain/finding.ts';
import type { ScanName } from '../../src/domain/scan-record.ts';
import { uuidV7Time } from '../../src/lib/uuid-v7.ts';
import type { FindingOwner } from '../../src/store/findings.ts';
import { insertScan } from '../../src/store/scans.ts';
import { insertTasks } from '../../src/store/tasks.ts';
import type { OrgTx } from '../../src/store/tx.ts';
import type { TestDatabase } from './test-database.ts';

/** A finding with no more than every finding has. */
export const madePlainFinding = (): Finding => ({
  engine: 'secrets',
  ruleId: 'rule',
  kind: 'secret',
  severity: 'high',
  confidence: 'low',
  cwe: [],
  title: 'title',
  message: 'message',
  location: { type: 'file', path: 'src/a.ts', startLine: 1, startColumn: 2, endLine: 3, endColumn: 4 },
  id: 'a'.repeat(64),
  fingerprints: [{ algorithm: 'sightline/v1', value: 'a'.repeat(64) }],
});

/** A finding with everything that one can have. */
export const madeFullFinding = (): Finding => ({
  ...madePlainFinding(),
  cwe: ['CWE-798', 'CWE-259'],
  location: {
    type: 'file',
    path: 'src/ü 😀.ts',
    startLine: 10,
    startColumn: 3,
    endLine: 12,
    endColumn: 9,
    commit: { sha: 'b'.repeat(40), author: 'An Author', authoredAt: '2026-01-02T03:04:05+01:00', subject: 'A subject' },
  },
  snippet: { startLine: 9, lines: ['one', '\ttwo', ''] },
  fingerprints: [
    { algorithm: 'sightline/v1', value: 'a'.repeat(64) },
    { algorithm: 'secret-hmac/v1', keyId: 'key-1', value: 'c'.repeat(64) },
  ],
  details: {
    toolName: 'a tool',
    toolVersion: '1.2.3',
    cve: ['CVE-2024-1234', 'CVE-2025-1'],
    cvssScore: 9.8,
    cvssVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    packageName: 'left-pad',
    packageVersion: '1.3.0',
    fixedVersion: '1.3.1',
    licenseName: 'GPL-3.0-only',
    licenseType: 'copyleft',
    remediation: 'Rotate it.',
    references: ['https://example.com/a', 'https://example.com/b'],
    rawOutput: { some_key: [1, 'two', null, { camelCase: true }] },
  },
  fix: { startLine: 10, startColumn: 3, endLine: 12, endColumn: 9, replacement: 'two\n\tlines', fileDigest: 'd'.repeat(64) },
  suppression: { source: 'config', reason: 'known', expiresAt: '2027-01-01' },
  baseline: 'new',
});

export interface QueuedScan {
  readonly name: ScanName;
  readonly owner: FindingOwner;
  readonly run: <Result>(work: (tx: OrgTx) => Promise<Result>) => Promise<Result>;
}

/** A project with a queued scan of one task, in an organisation of its own unless one is given. */
export const createQueuedScan = async (test: TestDatabase, organizationId?: string): Promise<QueuedScan> => {
  const organization = organizationId ?? (await test.newOrganization());
  const db = test.doors.asOrganization(organization);
  const run: QueuedScan['run'] = (work) => db.transaction(work, { signal: test.signal });
  const [projectId, scanId, taskId] = [test.newId(), test.newId(), test.newId()];
  const scanCreatedAt = uuidV7Time(scanId) ?? new Date(0);
  const name = { organizationId: organization, scanId, scanCreatedAt };
  await run(async (tx) => {
    await tx.change(
      tx.build.insertInto('projects').values({
        organization_id: organization,
        id: projectId,
        slug: `p-${projectId}`,
        name: 'p',
        repository_url: null,
        default_branch: null,
        baseline_scan_id: null,
      }),
    );
    await insertScan(
      tx,
      {
        id: scanId,
        projectId,
        kind: 'scan',
        priority: 'interactive',
        source: { type: 'git', url: 'https://example.com/a' },
        ref: 'HEAD',
        engines: ['secrets'],
        shardCount: 1,
        options: {},
        requestedBy: 'operator',
        traceId: 'trace',
        timeoutMs: 60_000,
        tasksTotal: 1,
      },
      scanCreatedAt,
    );
    const tasks = [{ id: taskId, engine: 'secrets', shard: 0, shardCount: 1 }];
    await insertTasks(tx, { scan: name, projectId, priority: 'interactive', maxAttempts: 3, timeoutMs: 1000, tasks });
  });
  return { name, owner: { scanId, scanCreatedAt, taskId, projectId }, run };
};
