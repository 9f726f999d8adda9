import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sarifReporter } from '../../src/report/sarif/index.ts';
import { hostileReport, hostileTexts } from '../golden/hostile-report.ts';
import { cleanReport, partialEmptyReport, passedReport, sampleReport } from '../golden/sample-report.ts';
import { needsSetting, toolPath } from '../support/needs.ts';

/** Microsoft's validator, as npm installs it (`@microsoft/sarif-multitool`); too large to be a dependency. */
const multitool =
  toolPath('sarif-multitool') ??
  needsSetting('SIGHTLINE_TEST_SARIF_MULTITOOL', 'install @microsoft/sarif-multitool 5.7.0 and name its executable, or put it on the PATH');

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-sarif-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly runs: readonly {
    readonly results?: readonly { readonly ruleId: string; readonly level?: string; readonly message: unknown }[];
  }[];
}

const reports = {
  sample: sampleReport,
  clean: cleanReport,
  partial: partialEmptyReport,
  passed: passedReport,
  links: hostileReport(hostileTexts['sarif link'] ?? ''),
  paths: hostileReport(hostileTexts['path tricks'] ?? ''),
  bidirectional: hostileReport(hostileTexts['bidirectional'] ?? ''),
};

test.skipIf(multitool === undefined).each(Object.entries(reports))(
  'the validator finds no error in the report "%s"',
  async (name, report) => {
    const path = join(folder, `${name}.sarif`);
    const output = join(folder, `${name}.findings.sarif`);
    await writeFile(path, [...sarifReporter.render(report, { colour: false, width: 80, verbose: true })].join(''));
    // The exit code is 0 with errors too: only the output counts.
    await run(multitool ?? '', ['validate', path, '--output', output, '--level', 'Error;Warning', '--kind', 'Fail'], {
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
    });
    const answer = JSON.parse((await readFile(output, 'utf8')).replace(/^\ufeff/, '')) as Answer;
    expect(answer.runs).toHaveLength(1);
    const findings = answer.runs.flatMap(({ results }) => results ?? []);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    // SARIF2005 asks for a page about the tool; there is none to name.
    expect(findings.filter(({ ruleId }) => ruleId !== 'SARIF2005')).toEqual([]);
  },
);
