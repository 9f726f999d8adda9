import { describe, expect, test } from 'vitest';
import { hostileReport, hostileTexts } from '../../test/golden/hostile-report.ts';
import { sampleReport } from '../../test/golden/sample-report.ts';
import type { ScanReport } from '../domain/scan.ts';
import { displayWidth } from '../lib/display-width.ts';
import { withVisibleEscapes } from '../lib/text-safety.ts';
import { csvColumns } from './csv.ts';
import { loadReporter, reporterNames } from './registry.ts';

const render = async (name: string, report: ScanReport, colour = false): Promise<string> =>
  [...(await loadReporter(name)).render(report, { colour, width: 80, verbose: true })].join('');

const dangerous = /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/u;
const corpus = Object.entries(hostileTexts);

const strings = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, entry]) => [name, ...strings(entry)]) : [];
};

const count = (text: string, character: string): number => text.split(character).length - 1;

/** A reader of RFC 4180. */
const parseCsv = (text: string): readonly (readonly string[])[] =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g), ([, quoted, bare]) =>
        quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
      ),
    );

const decodeXml = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** A strict reader of the XML that the JUnit format uses: anything else in it is an error. */
const parseXml = (xml: string): readonly XmlElement[] => {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const token = /<\?xml [^<>]*\?>|<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(\/?)>|([^<>]+)/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 80)}`);
    const [, closing, name, attributes, empty, text] = match;
    if (text !== undefined) {
      if (/&(?!(?:lt|gt|amp|quot|#\d+);)/.test(text)) throw new Error(`bare ampersand: ${text}`);
      const element = open.at(-1);
      if (element !== undefined) element.text += decodeXml(text);
    } else if (name !== undefined && closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else if (name !== undefined) {
      const element = {
        name,
        attributes: Object.fromEntries(
          Array.from((attributes ?? '').matchAll(/ ([a-z]+)="([^"]*)"/g), ([, key, value]) => [key, decodeXml(value ?? '')]),
        ),
        text: '',
      };
      elements.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  expect(open).toEqual([]);
  return elements;
};

describe.each(corpus)('%s in every text of a report', (_name, text) => {
  const report = hostileReport(text);

  test.each(reporterNames)('%s holds no control, reordering or invisible character', async (name) => {
    const rendered = (await render(name, report)).replaceAll('\r\n', '\n');
    const tabsAllowed = ['html', 'markdown', 'junit'].includes(name) ? /[\n\t]/g : /\n/g;
    expect(/\t/.exec(rendered.replace(tabsAllowed, ''))?.index).toBeUndefined();
    expect(dangerous.exec(rendered.replace(/[\n\t]/g, ''))?.[0]).toBeUndefined();
  });

  test('json keeps every text', async () => {
    const kept = new Set(strings(JSON.parse(await render('json', report))));
    const exported = {
      ...report,
      findings: report.findings.map((finding) => ({
        ...finding,
        fingerprints: finding.fingerprints.filter(({ algorithm }) => algorithm !== 'primaryLocationLineHash'),
      })),
    };
    for (const value of strings(exported).filter((candidate) => candidate.startsWith(text))) expect(kept).toContain(value);
    expect(await render('json', report)).not.toContain('<');
  });

  test('sarif keeps titles, paths, code, commits and reasons', async () => {
    const source = await render('sarif', report);
    const log = JSON.parse(source) as {
      runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
    };
    const kept = new Set(strings(log));
    const texts = report.findings.flatMap((finding) => [
      finding.title,
      finding.ruleId,
      finding.snippet?.lines.join('\n'),
      finding.location.type === 'file' ? finding.location.commit?.subject : undefined,
      finding.suppression?.reason,
    ]);
    for (const value of texts.filter((candidate) => candidate !== undefined)) expect(kept).toContain(value);
    const uris = log.runs.flatMap(({ results }) =>
      results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri ?? ''),
    );
    expect(new Set(uris.map(decodeURIComponent))).toEqual(new Set(report.findings.map(({ location }) => location.path.toWellFormed())));
    for (const uri of uris) expect(uri).toMatch(/^[\w%./~!*'()-]+$/);
    expect(source).not.toContain('<');
  });

  test('junit reads back', async () => {
    const elements = parseXml(await render('junit', report));
    const cases = elements.filter(({ name }) => name === 'testcase');
    const texts = elements.filter(({ name }) => name === 'failure').map((element) => element.text);
    for (const finding of report.findings) {
      expect(cases.map(({ attributes }) => attributes['file'])).toContain(
        withVisibleEscapes(finding.location.path, '\n\t').replace(/[\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`),
      );
    }
    expect(texts).toHaveLength(report.findings.filter(({ suppression }) => suppression === undefined).length);
  });

  test('csv reads back, and no cell is a formula', async () => {
    const [header, ...rows] = parseCsv(await render('csv', report));
    expect(header).toEqual(csvColumns);
    for (const [index, finding] of report.findings.entries()) {
      const row = rows[index] ?? [];
      expect(row).toHaveLength(csvColumns.length);
      expect(row[csvColumns.indexOf('title')]?.replace(/^'/, '')).toBe(withVisibleEscapes(finding.title));
      expect(row[csvColumns.indexOf('path')]?.replace(/^'/, '')).toBe(withVisibleEscapes(finding.location.path));
    }
    for (const value of rows.flat()) expect(value).not.toMatch(/^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
  });

  test('gitlab is JSON with the names as they are', async () => {
    const source = await render('gitlab', report);
    const kept = strings(JSON.parse(source));
    for (const finding of report.findings.filter(({ suppression }) => suppression === undefined)) {
      expect(kept).toContain(finding.location.path);
      expect(kept.some((value) => value.startsWith(finding.title.slice(0, 250)))).toBe(true);
    }
    expect(source).not.toContain('<');
  });

  test('html and markdown have no markup that is not ours', async () => {
    const harmless = hostileReport('x'.repeat(Math.min(text.length, 200)));
    for (const [name, characters] of [
      ['html', ['<', '>', '"']],
      ['markdown', ['<', '>', '|', '`', '![', '](', '**', '"']],
    ] as const) {
      // In Markdown `pre` is a block of HTML up to its end tag: only that could leave it.
      const markup = (source: string): string => (name === 'markdown' ? source.replace(/^<pre>[^<]*<\/pre>$/gm, 'code') : source);
      const rendered = markup(await render(name, report));
      const expected = markup(await render(name, harmless));
      // Fewer are what a limit on length has left out.
      for (const character of characters)
        expect(count(rendered, character), `${name}: ${character}`).toBeLessThanOrEqual(count(expected, character));
    }
  });

  test('the table keeps to its width, and no line is a command to a CI system', async () => {
    const plain = await render('table', report);
    for (const line of plain.split('\n')) {
      // The escape of a workflow command makes its line three columns longer.
      expect(displayWidth(line.replace('\\x3a', ':'))).toBeLessThanOrEqual(80);
      expect(line).not.toMatch(/^\s*::/);
      expect(line).not.toMatch(/##[\w-]*\[/);
    }
    const coloured = await render('table', report, true);
    // Only colours that we chose: numbers between `ESC [` and `m`.
    expect(coloured.replace(/\x1b\[\d{1,2}m/g, '')).toBe(plain);
  });
});

test('markdown fits into a comment whatever the texts are', async () => {
  const wide = hostileReport('|<>&@*`[]'.repeat(600));
  const many = {
    ...wide,
    findings: Array.from({ length: 400 }, (_, index) => ({ ...wide.findings[0]!, ruleId: `${wide.findings[0]!.ruleId}${index}` })),
  };
  expect((await render('markdown', many)).length).toBeLessThan(65_536);
});

test('a link that could run something is no link', async () => {
  const rules = sampleReport.rules.map((rule) => ({ ...rule, helpUrl: 'javascript:alert(1)' }));
  for (const name of ['html', 'markdown', 'sarif', 'gitlab'])
    expect(await render(name, { ...sampleReport, rules })).not.toContain('javascript:');
});
