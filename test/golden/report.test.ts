import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { ScanReport } from '../../src/domain/scan.ts';
import { loadReporter, reporterNames } from '../../src/report/registry.ts';
import type { RenderOptions } from '../../src/report/reporter.ts';
import { cleanReport, partialEmptyReport, passedReport, sampleReport } from './sample-report.ts';

/** `npm run golden` rewrites the files; read the difference before you commit it. */
const plain: RenderOptions = { colour: false, width: 80, verbose: false };

const render = async (name: string, report: ScanReport, options = plain): Promise<string> =>
  [...(await loadReporter(name)).render(report, options)].join('');

describe('every format of the sample report', () => {
  test.each(reporterNames)('%s', async (name) => {
    const reporter = await loadReporter(name);
    const text = await render(name, sampleReport);
    await expect(text).toMatchFileSnapshot(`files/sample.${name}.${reporter.extension}`);
    expect(await render(name, sampleReport), 'the same report gives the same text').toBe(text);
  });
});

describe('the table', () => {
  test.each([
    ['clean', cleanReport, plain],
    ['partial-empty', partialEmptyReport, plain],
    ['passed', passedReport, plain],
    ['colour', sampleReport, { ...plain, colour: true }],
    ['narrow', sampleReport, { ...plain, width: 48 }],
    ['verbose', sampleReport, { ...plain, width: 100, verbose: true }],
  ] as const)('%s', async (variant, report, options) => {
    await expect(await render('table', report, options)).toMatchFileSnapshot(`files/table-${variant}.txt`);
  });
});

describe('other formats of reports without findings', () => {
  test.each([
    ['clean', cleanReport],
    ['partial-empty', partialEmptyReport],
  ] as const)('%s', async (variant, report) => {
    await expect(await render('sarif', report)).toMatchFileSnapshot(`files/${variant}.sarif`);
    await expect(await render('markdown', report)).toMatchFileSnapshot(`files/${variant}.md`);
    await expect(await render('gitlab', report)).toMatchFileSnapshot(`files/${variant}.gitlab.json`);
  });
});

describe('the JSON report', () => {
  test('validates against the published schema', async () => {
    const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const schema: unknown = JSON.parse(await readFile(new URL('../../docs/reference/report.schema.json', import.meta.url), 'utf8'));
    const validate = ajv.compile(schema as object);
    for (const report of [sampleReport, cleanReport, partialEmptyReport, passedReport]) {
      validate(JSON.parse(await render('json', report)));
      expect(validate.errors).toBeNull();
    }
    const broken = JSON.parse(await render('json', sampleReport)) as { findings: Record<string, unknown>[] };
    delete broken.findings[0]?.['fingerprints'];
    expect(validate(broken), 'the schema refuses a finding without fingerprints').toBe(false);
  });

  test('has exactly the documented keys at the top, in order', async () => {
    expect(Object.keys(JSON.parse(await render('json', sampleReport)) as object)).toEqual([
      'schema_version',
      'scan',
      'gate',
      'coverage',
      'findings',
    ]);
  });
});
