import { describe, expect, test } from 'vitest';
import { passedReport, sampleReport } from '../../test/golden/sample-report.ts';
import type { ScanReport } from '../domain/scan.ts';
import { gitlabReporter } from './gitlab.ts';

interface GitlabReport {
  readonly scan: {
    readonly type: string;
    readonly status: string;
    readonly start_time: string;
    readonly messages: readonly { readonly level: string; readonly value: string }[];
  };
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly name: string;
    readonly solution?: string;
    readonly identifiers: readonly { readonly type: string }[];
    readonly location: { readonly file: string; readonly commit?: { readonly sha: string } };
  }[];
}

const render = (report: ScanReport): GitlabReport =>
  JSON.parse([...gitlabReporter.render(report, { colour: false, width: 80, verbose: false })].join('')) as GitlabReport;

describe('the type of the report', () => {
  test('follows from the engines, not from what they find: a job declares it before the scan', () => {
    expect(render(passedReport).scan.type).toBe('secret_detection');
    expect(render({ ...passedReport, findings: [] }).scan.type).toBe('secret_detection');
    expect(render(sampleReport).scan.type).toBe('sast');
    expect(render({ ...sampleReport, findings: [] }).scan.type).toBe('sast');
  });

  test('a report of another type loses no finding', () => {
    expect(render(sampleReport).vulnerabilities).toHaveLength(
      sampleReport.findings.filter(({ suppression }) => suppression === undefined).length,
    );
  });
});

describe('what GitLab requires', () => {
  test('a commit of every secret: its own, the scanned one, or zeros', () => {
    const commits = (report: ScanReport): readonly (string | undefined)[] =>
      render(report).vulnerabilities.map(({ location }) => location.commit?.sha);
    expect(commits(passedReport)).toEqual(['0000000']);
    expect(commits({ ...passedReport, scan: { ...passedReport.scan, target: sampleReport.scan.target } })).toEqual([
      sampleReport.scan.target.commit,
    ]);
    const [, fromHistory] = sampleReport.findings;
    expect(commits({ ...passedReport, findings: fromHistory === undefined ? [] : [fromHistory] })).toEqual([
      '4f1c9a0be7d2c35a6e8814b09f3d7722c1e05a9b',
    ]);
  });

  test('ids are UUIDs that stay, times have no zone, an identifier is always there', () => {
    const first = render(sampleReport);
    expect(first.scan.start_time).toBe('2026-11-22T03:20:00');
    for (const { id, identifiers } of first.vulnerabilities) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(identifiers[0]?.type).toBe('sightline_rule_id');
    }
    expect(new Set(first.vulnerabilities.map(({ id }) => id)).size).toBe(first.vulnerabilities.length);
    expect(render(sampleReport)).toEqual(first);
  });

  test('names and solutions stay below their limits', () => {
    const [finding] = passedReport.findings;
    const [rule] = passedReport.rules;
    if (finding === undefined || rule === undefined) throw new Error('the sample has changed');
    const [only] = render({
      ...passedReport,
      findings: [{ ...finding, title: 'x'.repeat(1000) }],
      rules: [{ ...rule, help: '<'.repeat(7000) }],
    }).vulnerabilities;
    expect(only?.name).toHaveLength(255);
    expect(only?.solution?.length).toBeLessThanOrEqual(7000);
  });
});

test('a partial scan is a failure with the reasons', () => {
  const { scan } = render(sampleReport);
  expect(scan.status).toBe('failure');
  expect(scan.messages.filter(({ level }) => level === 'warn').map(({ value }) => value)).toContain(
    'Not analysed: src/generated/huge.min.js (timeout: no answer within 10 s)',
  );
  expect(render(passedReport).scan.status).toBe('success');
});
