import { createHash } from 'node:crypto';
import type { Coverage } from '../../src/domain/coverage.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Rule } from '../../src/domain/rule.ts';
import type { ScanReport } from '../../src/domain/scan.ts';

/** A report with one of everything. The snippets are masked already, as engines deliver them. */
const digest = (seed: number): string => createHash('sha256').update(`sample ${seed}`).digest('hex');

const rules: readonly Rule[] = [
  {
    id: 'sql-injection',
    engine: 'code',
    kind: 'sast',
    title: 'SQL text is put together from request data',
    severity: 'high',
    confidence: 'medium',
    cwe: ['CWE-89'],
    help: 'A query that contains text from a request lets whoever sends the request change the query.\n\nPass the value as a query parameter, and let the database driver keep it apart from the statement.',
    helpUrl: 'https://cwe.mitre.org/data/definitions/89.html',
    tags: ['injection', 'database'],
  },
  {
    id: 'public-bucket',
    engine: 'code',
    kind: 'iac',
    title: 'Storage bucket is readable by everyone',
    severity: 'medium',
    confidence: 'high',
    cwe: ['CWE-732'],
    help: 'Set the bucket to private and grant access to the roles that need it.',
    tags: ['cloud'],
  },
  {
    id: 'vulnerable-dependency',
    engine: 'code',
    kind: 'dependency',
    title: 'Dependency with a known vulnerability',
    severity: 'medium',
    confidence: 'high',
    cwe: ['CWE-1395'],
    help: 'Update to a version that is not affected.',
    tags: [],
  },
  {
    id: 'G402',
    engine: 'secrets',
    kind: 'secret',
    title: 'Public key in source code',
    severity: 'info',
    confidence: 'high',
    cwe: [],
    help: '',
    tags: ['keys'],
  },
  {
    id: 'generic-password',
    engine: 'secrets',
    kind: 'secret',
    title: 'Password in a configuration file',
    severity: 'low',
    confidence: 'low',
    cwe: ['CWE-259', 'CWE-798'],
    help: 'Move the password to the environment or a secret store.',
    tags: ['generic'],
  },
  {
    id: 'payment-live-key',
    engine: 'secrets',
    kind: 'secret',
    title: 'Live key of a payment provider',
    severity: 'critical',
    confidence: 'high',
    cwe: ['CWE-798'],
    help: 'Moves money on behalf of the account. Revoke the key in the provider’s dashboard, then load its successor from the environment.',
    helpUrl: 'https://example.com/docs/keys?from=report&lang=en',
    tags: ['payment', 'secret'],
  },
];

const ruleById = new Map(rules.map((rule) => [rule.id, rule]));

const finding = (seed: number, ruleId: string, rest: Pick<Finding, 'location' | 'message'> & Partial<Finding>): Finding => {
  const rule = ruleById.get(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return {
    engine: rule.engine,
    ruleId,
    kind: rule.kind,
    severity: rule.severity,
    confidence: rule.confidence,
    cwe: rule.cwe,
    title: rule.title,
    id: digest(seed),
    fingerprints: [
      { algorithm: 'sightline/v1', value: digest(seed) },
      { algorithm: 'sightline-moved/v1', value: digest(seed + 100) },
    ],
    ...rest,
  };
};

const findings: readonly Finding[] = [
  finding(1, 'payment-live-key', {
    message: 'A live key of a payment provider is written into the source code.',
    location: { type: 'file', path: 'src/billing/client.ts', startLine: 12, startColumn: 29, endLine: 12, endColumn: 61 },
    snippet: {
      startLine: 11,
      lines: [
        '// charge the card',
        "const payments = new Payments('pay_live_****************************');",
        'export const charge = (cents: number) => payments.charge(cents);',
      ],
    },
    fingerprints: [
      { algorithm: 'sightline/v1', value: digest(1) },
      { algorithm: 'sightline-moved/v1', value: digest(101) },
      { algorithm: 'secret-hmac/v1', keyId: 'team-2026', value: digest(201) },
      { algorithm: 'primaryLocationLineHash', value: '54703d4cd895b18:1' },
    ],
    baseline: 'new',
  }),
  finding(2, 'payment-live-key', {
    message: 'A live key of a payment provider was committed and is still in the history.',
    location: {
      type: 'file',
      path: 'scripts/deploy old/ünïcode & co #1.sh',
      startLine: 3,
      startColumn: 12,
      endLine: 3,
      endColumn: 44,
      commit: {
        sha: '4f1c9a0be7d2c35a6e8814b09f3d7722c1e05a9b',
        author: 'Ada Lovelace',
        authoredAt: '2026-03-04T09:15:00+01:00',
        subject: 'Deploy by hand, again',
      },
    },
    snippet: { startLine: 3, lines: ['export KEY=pay_live_****************************'] },
    baseline: 'new',
  }),
  finding(3, 'sql-injection', {
    message: 'The parameter "name" of the request reaches this query as text.',
    location: {
      type: 'file',
      path: 'src/server/accounts/search-accounts-by-name-and-city-with-paging.ts',
      startLine: 88,
      startColumn: 7,
      endLine: 90,
      endColumn: 4,
    },
    snippet: {
      startLine: 87,
      lines: [
        'export const search = async (db: Db, name: string) => {',
        "  return db.query(`select id, name, city, created_at from accounts where name like '%${name}%' order by name limit 50`);",
        '  // 名前で検索する 🔎',
        '};',
      ],
    },
    baseline: 'new',
  }),
  finding(4, 'vulnerable-dependency', {
    message: 'left-pad 1.3.0 is affected; 1.3.1 is not.',
    location: { type: 'package', purl: 'pkg:npm/left-pad@1.3.0', path: 'package-lock.json' },
    severity: 'medium',
    baseline: 'new',
  }),
  finding(5, 'public-bucket', {
    message: 'The bucket grants read access to all users.',
    location: { type: 'resource', address: 'aws_s3_bucket.logs', path: 'infra/storage.tf' },
    suppression: { source: 'config', reason: 'Holds only the public brand assets; reviewed by the platform team', expiresAt: '2027-01-31' },
    baseline: 'new',
  }),
  finding(6, 'generic-password', {
    message: 'A password is written into a configuration file.',
    location: { type: 'file', path: 'config/development.yaml', startLine: 4, startColumn: 13, endLine: 4, endColumn: 24 },
    snippet: { startLine: 4, lines: ['  password: ********   # local only'] },
    baseline: 'new',
  }),
  finding(7, 'generic-password', {
    message: 'A password is written into a configuration file.',
    location: { type: 'file', path: 'test/fixtures/settings.yaml', startLine: 9, startColumn: 3, endLine: 9, endColumn: 20 },
    snippet: { startLine: 9, lines: ['\tpassword: ****** # sightline:ignore generic-password -- made up for the test'] },
    suppression: { source: 'inline', reason: 'made up for the test' },
    baseline: 'new',
  }),
  finding(8, 'G402', {
    message: 'A public key is written into the source code.',
    location: { type: 'file', path: 'src/keys.ts', startLine: 1, startColumn: 1, endLine: 1, endColumn: 40 },
    snippet: { startLine: 1, lines: ['public_key = "*****"'] },
    baseline: 'new',
  }),
];

const coverage: Coverage = {
  state: 'partial',
  engines: [
    {
      engine: 'code',
      version: '1.2.0',
      rulesetDigest: digest(40),
      ruleCount: 84,
      state: 'failed',
      reason: 'the worker ran out of memory three times',
      filesAnalysed: 3,
      bytesAnalysed: 40_112,
      durationMs: 812,
    },
    {
      engine: 'secrets',
      version: '1.0.0',
      rulesetDigest: digest(41),
      ruleCount: 162,
      state: 'complete',
      filesAnalysed: 6,
      bytesAnalysed: 1_240_112,
      durationMs: 1404,
    },
  ],
  files: [
    { path: '.git/', state: 'excluded', reason: 'ignored', detail: 'version control' },
    { path: 'assets/logo.png', state: 'excluded', reason: 'binary', sizeBytes: 40_000 },
    { path: 'assets/photo.jpg', state: 'excluded', reason: 'binary', sizeBytes: 80_000 },
    { path: 'config/development.yaml', state: 'analysed', sizeBytes: 210 },
    { path: 'infra/storage.tf', state: 'analysed', sizeBytes: 900 },
    { path: 'package-lock.json', state: 'analysed', sizeBytes: 90_000 },
    { path: 'scripts/deploy old/ünïcode & co #1.sh', state: 'analysed', sizeBytes: 120 },
    { path: 'src/billing/client.ts', state: 'analysed', sizeBytes: 3000 },
    {
      path: 'src/generated/huge.min.js',
      state: 'failed',
      reason: 'timeout',
      detail: 'no answer within 10 s',
      engine: 'code',
      sizeBytes: 4_000_000,
    },
    { path: 'src/keys.ts', state: 'analysed', sizeBytes: 80 },
    {
      path: 'src/legacy/parser.ts',
      state: 'degraded',
      reason: 'parse_errors',
      detail: '3 syntax errors',
      engine: 'code',
      sizeBytes: 12_000,
    },
    { path: 'vendor/lib', state: 'excluded', reason: 'submodule' },
    { path: 'videos/intro.mov', state: 'excluded', reason: 'too_large', detail: 'larger than 100 MB', sizeBytes: 400_000_000 },
  ],
  commits: 1204,
};

/** Partial, with a baseline, with findings of every kind of location. */
export const sampleReport: ScanReport = {
  scan: {
    id: '019a5d1e-7b3c-7a10-9f00-3c2b1a0d9e8f',
    target: {
      kind: 'git',
      location: 'https://git.example.com/shop/backend.git',
      ref: 'main',
      commit: '9b2d7e4c10f3a58867b1c0ffee12d3a4b5c6d7e8',
    },
    mode: 'history',
    startedAt: '2026-11-22T03:20:00.000Z',
    finishedAt: '2026-11-22T03:20:02.345Z',
    toolVersion: '0.1.0',
    commandLine: ['scan', 'https://git.example.com/shop/backend.git', '--history', '--baseline', 'last.json'],
  },
  gate: { state: 'failed', failOn: 'high', failingFindings: 3, baseline: true, allowPartial: false },
  coverage,
  findings,
  rules,
  unchangedCount: 14,
  warnings: ['the suppression of rule "weak-hash" in sightline.yaml expired on 2026-10-01 and no longer applies'],
};

const secretsOnly = coverage.engines.filter(({ engine }) => engine === 'secrets');

/** A complete scan of the working tree that found nothing. */
export const cleanReport: ScanReport = {
  scan: {
    id: '019a5d1e-7b3c-7a10-9f00-3c2b1a0d9e90',
    target: { kind: 'directory', location: '.' },
    mode: 'files',
    startedAt: '2026-11-22T03:20:00.000Z',
    finishedAt: '2026-11-22T03:20:00.412Z',
    toolVersion: '0.1.0',
    commandLine: ['scan', '.'],
  },
  gate: { state: 'passed', failOn: 'high', failingFindings: 0, baseline: false, allowPartial: false },
  coverage: { state: 'full', engines: secretsOnly, files: coverage.files.filter(({ state }) => state === 'analysed') },
  findings: [],
  rules: [],
  unchangedCount: 0,
  warnings: [],
};

/** Nothing found, but not everything looked at: must never read like {@link cleanReport}. */
export const partialEmptyReport: ScanReport = {
  ...cleanReport,
  coverage: {
    state: 'partial',
    engines: secretsOnly,
    files: [
      ...Array.from({ length: 13 }, (_, index) => ({
        path: `data/part-${String(index + 1).padStart(2, '0')}.json`,
        state: 'failed' as const,
        reason: 'budget' as const,
        detail: 'file budget spent',
      })),
      { path: 'src/keys.ts', state: 'analysed' as const },
    ],
  },
};

const withoutBaseline = (entry: Finding): Finding => {
  const { baseline, ...rest } = entry;
  return baseline === undefined ? entry : rest;
};

/** Findings, complete, gate passed: the everyday case. */
export const passedReport: ScanReport = {
  ...cleanReport,
  findings: findings.filter(({ ruleId, location }) => ruleId === 'generic-password' && location.type === 'file').map(withoutBaseline),
  rules: rules.filter(({ id }) => id === 'generic-password'),
};
