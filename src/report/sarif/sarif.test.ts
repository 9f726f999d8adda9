import { describe, expect, test } from 'vitest';
import { cleanReport, sampleReport } from '../../../test/golden/sample-report.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { sarifReporter } from './index.ts';

interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly relationships?: readonly { readonly target: { readonly id: string; readonly index: number } }[];
      }[];
    };
  };
  readonly automationDetails: { readonly id: string };
  readonly taxonomies?: readonly { readonly taxa: readonly { readonly id: string }[] }[];
  readonly versionControlProvenance?: readonly { readonly repositoryUri: string; readonly revisionId?: string }[];
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly exitCode: number;
    readonly toolExecutionNotifications: readonly { readonly level: string; readonly descriptor: { readonly id: string } }[];
    readonly toolConfigurationNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly message: { readonly text: string };
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly suppressions: readonly { readonly kind: string }[];
  }[];
}

const runsOf = (report: ScanReport): readonly SarifRun[] =>
  (JSON.parse([...sarifReporter.render(report, { colour: false, width: 80, verbose: false })].join('')) as { runs: readonly SarifRun[] })
    .runs;

const provenanceOf = (location: string): string | undefined =>
  runsOf({ ...sampleReport, scan: { ...sampleReport.scan, target: { kind: 'git', location } } })[0]?.versionControlProvenance?.[0]
    ?.repositoryUri;

describe('runs', () => {
  test('each engine has its own, with an id of its own', () => {
    expect(runsOf(sampleReport).map(({ automationDetails }) => automationDetails.id)).toEqual([
      'sightline/code/019a5d1e-7b3c-7a10-9f00-3c2b1a0d9e8f',
      'sightline/secrets/019a5d1e-7b3c-7a10-9f00-3c2b1a0d9e8f',
    ]);
  });

  test('results and taxa point at what they name', () => {
    for (const { results, tool, taxonomies } of runsOf(sampleReport)) {
      for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      const targets = tool.driver.rules.flatMap(({ relationships }) => relationships ?? []).map(({ target }) => target);
      for (const { id, index } of targets) expect(taxonomies?.[0]?.taxa[index]?.id).toBe(id);
    }
  });

  test('a finding whose rule the report lacks gets one', () => {
    const [code] = runsOf({ ...sampleReport, rules: [] });
    expect(code?.tool.driver.rules.map(({ id }) => id)).toEqual(['sql-injection', 'vulnerable-dependency', 'public-bucket']);
  });
});

describe('invocations', () => {
  test('a partial scan is unsuccessful in every run, and says why where it happened', () => {
    const [code, secrets] = runsOf(sampleReport).map(({ invocations }) => invocations[0]);
    expect([code?.executionSuccessful, secrets?.executionSuccessful, code?.exitCode]).toEqual([false, false, 2]);
    expect(code?.toolExecutionNotifications.map(({ descriptor }) => descriptor.id)).toEqual([
      'engine-failed',
      'file-failed/timeout',
      'file-degraded/parse_errors',
    ]);
    expect(secrets?.toolExecutionNotifications).toEqual([]);
    expect(runsOf(cleanReport)[0]?.invocations[0]).toMatchObject({
      executionSuccessful: true,
      exitCode: 0,
      toolExecutionNotifications: [],
    });
  });

  test.each([
    [5000, undefined],
    [5001, 'GitHub shows the first 5,000'],
    [25_001, 'GitHub accepts 25,000'],
  ])('%i results: %s', (count, expected) => {
    const [finding] = sampleReport.findings;
    if (finding === undefined) throw new Error('the sample has changed');
    const run = runsOf({ ...sampleReport, warnings: [], findings: Array.from({ length: count }, () => finding) }).find(
      ({ results }) => results.length > 0,
    );
    const texts = run?.invocations[0]?.toolConfigurationNotifications.map(({ message }) => message.text) ?? [];
    expect(texts.length).toBe(expected === undefined ? 0 : 1);
    expect(texts.join()).toContain(expected ?? '');
    expect(run?.results).toHaveLength(count);
  });
});

describe('results', () => {
  const results = runsOf(sampleReport).flatMap((run) => run.results);

  test('carry every fingerprint, keyed ones with their key', () => {
    expect(results.find(({ partialFingerprints }) => 'primaryLocationLineHash' in partialFingerprints)?.partialFingerprints).toEqual({
      'sightline/v1': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'sightline-moved/v1': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'secret-hmac/v1:team-2026': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      primaryLocationLineHash: '54703d4cd895b18:1',
    });
  });

  test('say where a suppression stands, and what comes from history', () => {
    expect(results.flatMap(({ suppressions }) => suppressions.map(({ kind }) => kind)).sort()).toEqual(['external', 'inSource']);
    expect(results.filter(({ message }) => message.text.includes('Introduced by commit 4f1c9a0be7d2'))).toHaveLength(1);
  });
});

test.each([
  ['https://git.example.com/a/b.git', 'https://git.example.com/a/b.git'],
  ['https://user:token@git.example.com/a/b.git', 'https://git.example.com/a/b.git'],
  ['git@git.example.com:a/b.git', 'ssh://git.example.com/a/b.git'],
  ['not a url', undefined],
])('repository %s is written as %s', (location, expected) => {
  expect(provenanceOf(location)).toBe(expected);
});
