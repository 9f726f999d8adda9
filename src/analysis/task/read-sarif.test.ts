import { Readable } from 'node:stream';
import { describe, expect, it, test } from 'vitest';
import { sampleReport } from '../../../test/golden/sample-report.ts';
import type { Finding } from '../../domain/finding.ts';
import { isAppError } from '../../lib/errors.ts';
import { sarifReporter } from '../../report/sarif/index.ts';
import { readSarif } from './read-sarif.ts';
import type { TaskResultLine } from './task-result.ts';
import { taskResultLineSchema } from './task-result-schema.ts';

const options = { toolVersion: '1', failOn: 'none', allowPartial: false, signal: new AbortController().signal } as const;

const linesOf = async (log: unknown, chunkBytes = 65_536): Promise<readonly TaskResultLine[]> => {
  const bytes = Buffer.from(typeof log === 'string' ? log : JSON.stringify(log));
  const open = (): Readable =>
    Readable.from(
      (function* () {
        for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
      })(),
    );
  const lines: TaskResultLine[] = [];
  for await (const line of readSarif(open, options)) lines.push(line);
  // Whatever is read must pass for a task result.
  for (const line of lines) taskResultLineSchema.parse(JSON.parse(JSON.stringify(line)));
  return lines;
};

const findingsOf = async (log: unknown): Promise<readonly Finding[]> =>
  (await linesOf(log)).flatMap((line) => (line.line === 'finding' ? [line.finding] : []));

const headOf = async (log: unknown) => {
  const [head] = await linesOf(log);
  if (head?.line !== 'head') throw new Error('the first line is the head');
  return head;
};

const result = (more: Readonly<Record<string, unknown>> = {}) => ({
  ruleId: 'js/sql',
  message: { text: 'SQL built from input' },
  locations: [
    { physicalLocation: { artifactLocation: { uri: 'src/a.ts' }, region: { startLine: 4, snippet: { text: 'db.run(q + x)' } } } },
  ],
  ...more,
});
const run = (more: Readonly<Record<string, unknown>> = {}) => ({ tool: { driver: { name: 'Lint One' } }, results: [result()], ...more });
const log = (...runs: readonly unknown[]) => ({ version: '2.1.0', runs });

describe('our own logs', () => {
  it('come back with the identities they had', async () => {
    const text = [...sarifReporter.render(sampleReport, { colour: false, width: 80, verbose: false })].join('');
    const byId = (a: Finding, b: Finding): number => (a.id < b.id ? -1 : 1);
    const back = [...(await findingsOf(text))].sort(byId);
    const sent = [...sampleReport.findings].sort(byId);
    const shape = (finding: Finding) => ({
      engine: finding.engine,
      ruleId: finding.ruleId,
      kind: finding.kind,
      severity: finding.severity,
      confidence: finding.confidence,
      title: finding.title,
      location: finding.location,
      fingerprints: finding.fingerprints,
      suppression: finding.suppression,
    });
    expect(back.map(shape)).toEqual(sent.map(shape));
    expect((await headOf(text)).engines.map(({ engine, state }) => [engine, state])).toEqual([
      ['code', 'failed'],
      ['secrets', 'failed'],
    ]);
  });
});

describe('logs of other tools', () => {
  it('give the same lines however they are cut, and wherever the rules stand', async () => {
    const rules = [
      {
        id: 'js/sql',
        shortDescription: { text: 'Unsafe “SQL”' },
        properties: { 'security-severity': '9.1', tags: ['external/cwe/cwe-089'] },
      },
    ];
    const first = log({ tool: { driver: { name: 'Lint', rules } }, results: [result()] });
    const last = log({ results: [result()], tool: { driver: { rules, name: 'Lint' } } });
    const expected = await linesOf(first);
    expect(await linesOf(last)).toEqual(expected);
    for (const chunkBytes of [1, 7, 64]) expect(await linesOf(first, chunkBytes)).toEqual(expected);
    expect(expected.filter(({ line }) => line === 'rule')).toHaveLength(1);
    expect(await findingsOf(first)).toMatchObject([{ severity: 'critical', cwe: ['CWE-89'], title: 'Unsafe “SQL”', engine: 'lint' }]);
  });

  it.each([
    ['the result’s own score', { properties: { 'security-severity': '4.0' }, level: 'error' }, {}, 'medium'],
    ['the rule’s score before the level', { level: 'note' }, { properties: { 'security-severity': 7 } }, 'high'],
    ['the level', { level: 'note' }, { defaultConfiguration: { level: 'error' } }, 'low'],
    ['the rule’s level', {}, { defaultConfiguration: { level: 'error' } }, 'high'],
    ['nothing', {}, {}, 'medium'],
  ])('take the severity from %s', async (_case, more, rule, severity) => {
    const driver = { name: 'Lint', rules: [{ id: 'js/sql', ...rule }] };
    expect(await findingsOf(log({ tool: { driver }, results: [result(more)] }))).toMatchObject([{ severity }]);
  });

  it.each([
    [{ ruleIndex: 1, ruleId: undefined }, 'b'],
    [{ rule: { index: 0, toolComponent: { index: 0 } }, ruleId: undefined }, 'of extension'],
    [{ ruleId: 'b/sub' }, 'b/sub'],
    [{ ruleId: undefined }, 'unnamed'],
    [{ ruleId: 'nowhere', ruleIndex: 99 }, 'nowhere'],
  ])('find the rule of %o', async (more, ruleId) => {
    const tool = {
      driver: { name: 'Lint', rules: [{ id: 'a' }, { id: 'b' }] },
      extensions: [{ name: 'x', rules: [{ id: 'of extension' }] }],
    };
    expect(await findingsOf(log({ tool, results: [result(more)] }))).toMatchObject([{ ruleId }]);
  });

  it.each([
    [{ uri: 'src/with%20space/%C3%BC.ts' }, 'src/with space/ü.ts'],
    [{ uri: '100%.ts' }, '100%.ts'],
    [{ uri: './a/../b.ts' }, 'b.ts'],
    [{ uri: '../../../etc/passwd' }, 'etc/passwd'],
    [{ uri: 'src\\win\\a.ts' }, 'src/win/a.ts'],
    [{ uri: 'file:///home/ci/repo/src/a.ts' }, 'src/a.ts'],
    [{ uri: '/home/ci/repo/src/a.ts' }, 'src/a.ts'],
    [{ uri: 'file:///C:/src/a.ts' }, 'src/a.ts'],
    [{ uri: 'file:///elsewhere/a.ts' }, 'elsewhere/a.ts'],
    [{ uri: 'a.ts', uriBaseId: 'SRC' }, 'packages/one/a.ts'],
    [{ uri: 'a.ts', uriBaseId: 'ROOT' }, 'a.ts'],
    [{ index: 1 }, 'lib/b.ts'],
  ])('make %o a path of the tree', async (artifactLocation, path) => {
    const originalUriBaseIds = { ROOT: { uri: 'file:///home/ci/repo/' }, SRC: { uri: 'packages/one/', uriBaseId: 'ROOT' } };
    const artifacts = [{ location: { uri: 'a.ts' } }, { location: { uri: 'lib/b.ts' } }];
    const results = [result({ locations: [{ physicalLocation: { artifactLocation, region: { startLine: 1 } } }] })];
    expect(await findingsOf(log(run({ originalUriBaseIds, artifacts, results })))).toMatchObject([{ location: { type: 'file', path } }]);
  });

  it('take what is no file for a resource', async () => {
    const web = result({ locations: [{ physicalLocation: { artifactLocation: { uri: 'https://example.com/login' } } }] });
    const logical = result({ locations: [{ logicalLocations: [{ fullyQualifiedName: 'Deployment/web' }] }] });
    expect((await findingsOf(log(run({ results: [web, logical, result({ locations: [] })] })))).map(({ location }) => location)).toEqual([
      { type: 'resource', address: 'https://example.com/login', path: '' },
      { type: 'resource', address: 'Deployment/web', path: '' },
      { type: 'resource', address: 'js/sql', path: '' },
    ]);
  });

  it('keep what the tool says of identity under its name, without what says nothing', async () => {
    const named = result({
      fingerprints: { 'matchBasedId/v1': 'requires login', empty: ' ' },
      partialFingerprints: { primaryLocationLineHash: 'abc:1' },
    });
    const [finding] = await findingsOf(log(run({ results: [named] })));
    expect(finding?.fingerprints.map(({ algorithm }) => algorithm)).toEqual([
      'sightline/v1',
      'sightline-moved/v1',
      'tool/lint-one/primaryLocationLineHash',
    ]);
  });

  it('believe no other tool that it knows our identities', async () => {
    const forged = result({ partialFingerprints: { 'sightline/v1': 'a'.repeat(64) } });
    expect((await findingsOf(log(run({ results: [forged] }))))[0]?.id).not.toBe('a'.repeat(64));
  });

  it('tell equal results apart', async () => {
    const findings = await findingsOf(log(run({ results: [result(), result(), result()] }), run()));
    expect(new Set(findings.map(({ id }) => id)).size).toBe(4);
  });

  it('keep nothing of the source where it may hold a secret', async () => {
    const secret = ['hunter', '2', 'hunter'].join('');
    const leak = result({
      ruleId: 'generic-api-key',
      message: { text: `found ${secret} here` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: '.env' },
            region: { startLine: 1, snippet: { text: secret } },
            contextRegion: { startLine: 1, snippet: { text: `KEY=${secret}` } },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: 'abc:1' },
    });
    const lines = await linesOf(log({ tool: { driver: { name: 'gitleaks' } }, results: [leak] }));
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(JSON.stringify(lines)).not.toContain('abc:1');
    expect(lines.find(({ line }) => line === 'finding')).toMatchObject({ finding: { kind: 'secret', message: 'found ***** here' } });
  });

  it('leave out what is not a problem, and carry what was decided', async () => {
    const results = [
      result({ kind: 'pass' }),
      result({ baselineState: 'absent' }),
      result({ suppressions: [{ kind: 'inSource', justification: 'checked' }] }),
      result({ suppressions: [{ kind: 'external', status: 'rejected' }] }),
    ];
    expect((await findingsOf(log(run({ results })))).map(({ suppression }) => suppression)).toEqual([
      { source: 'inline', reason: 'checked' },
      undefined,
    ]);
  });

  it('are read in their older form too', async () => {
    const older = {
      version: '2.0.0-csd.2.beta.2019-01-09',
      runs: [
        {
          tool: { name: 'Old Lint', version: '3' },
          resources: { rules: { r1: { id: 'r1', shortDescription: { text: 'Old rule' } } } },
          results: [
            {
              ruleId: 'r1',
              message: { text: 'm' },
              locations: [{ physicalLocation: { fileLocation: { uri: 'a.c' }, region: { startLine: 2 } } }],
            },
          ],
        },
      ],
    };
    expect(await findingsOf(older)).toMatchObject([{ engine: 'old-lint', title: 'Old rule', location: { path: 'a.c', startLine: 2 } }]);
  });
});

describe('what a log says of what it did not find', () => {
  const artifacts = [
    { location: { uri: 'src/a.ts' }, roles: ['analysisTarget'] },
    { location: { uri: 'config.yml' }, roles: ['toolSpecifiedConfiguration'] },
  ];
  const invocations = [{ executionSuccessful: true }];
  const pathsOf = (lines: readonly TaskResultLine[]) => lines.flatMap((line) => (line.line === 'paths' ? line.paths : []));

  it('counts where it names the files and says that all went well', async () => {
    const lines = await linesOf(log(run({ artifacts, invocations })));
    expect(pathsOf(lines)).toEqual(['src/a.ts']);
    expect(await headOf(log(run({ invocations })))).toMatchObject({ engines: [{ engine: 'lint-one', state: 'complete' }] });
  });

  it.each([
    ['it does not say how it went', run({ artifacts }), 'complete'],
    ['it did not go well', run({ artifacts, invocations: [{ executionSuccessful: false }] }), 'failed'],
    ['it has no results at all', { tool: { driver: { name: 'Lint One' } }, artifacts, invocations }, 'failed'],
  ])('counts for nothing where %s', async (_case, one, state) => {
    const lines = await linesOf(log(one));
    expect(pathsOf(lines)).toEqual([]);
    expect(lines[0]).toMatchObject({ engines: [{ state }] });
  });

  it('is told apart by tool', async () => {
    const other = {
      tool: { driver: { name: 'Other' } },
      results: [],
      invocations,
      artifacts: [{ location: { uri: 'b.ts' }, roles: ['analysisTarget'] }],
    };
    const lines = await linesOf(log(run({ artifacts, invocations }), other));
    expect(lines.flatMap((line) => (line.line === 'file' ? [line.file] : []))).toEqual([
      { path: 'src/a.ts', state: 'analysed', engine: 'lint-one' },
      { path: 'b.ts', state: 'analysed', engine: 'other' },
    ]);
  });
});

const refused: readonly (readonly [text: string, reason: string])[] = [
  ['', 'it ends in the middle, after 0 bytes'],
  ['{"version":"2.1.0","runs":[{"results":[', 'it ends in the middle, after 39 bytes'],
  ['{"version":"2.1.0","runs":[]} {}', 'something follows the end of it'],
  ['{"version":"2.1.0" "runs":[]}', 'it is not JSON'],
  ['{"version":"2.1.0","runs":[],}', 'it is not JSON'],
  ['{"version":"2.1.0","runs":[}', 'it is not JSON'],
  ['<?xml version="1.0"?>', 'it is not JSON, near byte 0'],
  ['{"version":"2.1.0"}', 'it has no list "runs"'],
  ['{"version":"1.0.0","runs":[]}', 'its version is not 2.1.0'],
  [`{"runs":${'['.repeat(200)}`, 'it is nested deeper than 100 levels'],
  [`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`, 'a text near byte 5 has more than 16777216 bytes'],
  [
    `{"version":"2.1.0","runs":[{"results":[{"a":[${'"0123456789",'.repeat(400_000)}0]}]}]}`,
    'a value of runs.*.results.* has more than 4194304 bytes',
  ],
];

test.each(refused.map(([text, reason]) => [reason, text] as const))('refuses a log: %s', async (reason, text) => {
  const error = await linesOf(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(isAppError(error, 'sarif_invalid') ? error.message : error).toBe(`the log cannot be imported: ${reason}`);
});

test('refuses a compressed log by name', async () => {
  const open = (): Readable => Readable.from([Buffer.from([0x1f, 0x8b, 8, 0])]);
  await expect(readSarif(open, options).next()).rejects.toThrow('it is compressed; unpack it first');
});
