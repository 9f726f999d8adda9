import { describe, expect, test } from 'vitest';
import { passedReport, sampleReport } from '../../test/golden/sample-report.ts';
import type { Finding } from '../domain/finding.ts';
import { tableReporter } from './table.ts';

const shownLine = (line: string, startColumn: number): string => {
  const [finding] = sampleReport.findings.filter(({ location }) => location.type === 'file');
  if (finding === undefined) throw new Error('the sample has changed');
  const location = { type: 'file', path: 'a.min.js', startLine: 1, startColumn, endLine: 1, endColumn: startColumn + 40 } as const;
  const findings: readonly Finding[] = [{ ...finding, location, snippet: { startLine: 1, lines: [line] } }];
  const text = [...tableReporter.render({ ...sampleReport, findings }, { colour: false, width: 80, verbose: false })].join('');
  return /1 │ (.*)/.exec(text)?.[1] ?? '';
};

describe('a line too long to show', () => {
  test('is cut around the finding', () => {
    expect(shownLine(`${'var a=1;'.repeat(100)}key="tok_…Zq";${'var b=2;'.repeat(100)}`, 806)).toContain('key="tok_…Zq"');
  });

  test('is not cut again when the engine has cut it already', () => {
    expect(shownLine(`…;${'var a=1;'.repeat(3)}key="tok_…Zq";${'var b=2;'.repeat(20)}…`, 16_004)).toContain('key="tok_…Zq"');
  });
});

test('a gate that is switched off says so', () => {
  const gate = { ...sampleReport.gate, failOn: 'none', state: 'passed', failingFindings: 0 } as const;
  const text = [...tableReporter.render({ ...passedReport, gate }, { colour: false, width: 80, verbose: false })].join('');
  expect(text).toMatch(/PASSED +gate: (?:new )?findings are only reported \(--fail-on none\)/);
});
