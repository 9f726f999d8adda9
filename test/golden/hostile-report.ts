import type { ScanReport } from '../../src/domain/scan.ts';
import { sampleReport } from './sample-report.ts';

/** What people have hidden in file names, commit subjects and source lines to attack whoever reads a report. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'terminal control': '\x1b[2J\x1b[1;31mowned\x1b[0m\x07\x9b31m\x90q\x9c',
  'terminal link': '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
  'carriage return': 'hidden\rshown',
  bidirectional: 'access\u202e\u2066// check\u2069\u2066 admin\u061c\u200f',
  'zero width': 'a\u200bd\u200dm\ufeffi\u2060n\u00ad\u180e',
  'line separators': 'one\u2028two\u2029three\u0085four',
  'lone surrogates': '\ud800 and \udfff',
  'not XML': 'a\ufffeb\uffff\u0000\u0008',
  script: '</script><script>alert(1)</script>',
  image: '<img src=x onerror=alert(1)>',
  attribute: '" onmouseover="alert(1)" x=\'',
  'style and comment': '</style><!--<svg onload=alert(1)>-->',
  cdata: ']]><![CDATA[ &amp; &lt; &xxe;',
  formula: '=HYPERLINK("https://evil.example","x")',
  'wide formula': "\uff1dcmd|' /C calc'!A0",
  'tab formula': '\t@SUM(1+1)*cmd',
  'markdown link': '[click](javascript:alert(1)) ![x](https://evil.example/p.png)',
  'markdown table': 'a | b | `c` || *d* _e_ ~~f~~',
  mention: '@everyone see #1 and https://evil.example www.evil.example',
  'workflow command': '::set-env name=PATH::/tmp',
  'azure command': '##vso[task.setvariable variable=x]y ##[error]z',
  'sarif link': 'see [here](1) and {0} {{1}}',
  'path tricks': '../../etc/passwd#?%2e%2e:C:\\con',
  'piled marks': `z${'\u0301'.repeat(200)}`,
  long: 'A'.repeat(5000),
};

/** Values out of a closed list, and what the program itself makes (instants, the algorithm names it looks for). */
const closedKeys = new Set([
  'kind',
  'severity',
  'confidence',
  'state',
  'type',
  'source',
  'mode',
  'failOn',
  'startedAt',
  'finishedAt',
  'baseline',
  'algorithm',
]);

const poison = (value: unknown, key: string, inFile: boolean, text: string): unknown => {
  if (typeof value === 'string') {
    if (closedKeys.has(key) || (inFile && key === 'reason')) return value;
    // A link stays one at its start, or nobody would show it.
    return key === 'helpUrl' ? value + text : text + value;
  }
  if (Array.isArray(value)) return value.map((entry) => poison(entry, key, inFile || key === 'files', text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, poison(entry, name, inFile, text)]));
};

/** The sample report with `text` in front of every text in it. */
export const hostileReport = (text: string): ScanReport => poison(sampleReport, '', false, text) as ScanReport;
