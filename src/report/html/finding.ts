import type { Finding, Location } from '../../domain/finding.ts';
import { clip, forHtml } from '../../lib/text-safety.ts';
import { cweNumber, fingerprintName, placeOf, publicFingerprints, type ReportSummary, ruleOf, safeLink } from '../summary.ts';

const maxLine = 2000;

const link = (url: string, text: string, className: string): string =>
  `<a class="${className}" href="${forHtml(url)}" rel="noopener noreferrer external" target="_blank">${forHtml(text)}</a>`;

const snippetHtml = (finding: Finding): string => {
  const { snippet, location } = finding;
  if (snippet === undefined || snippet.lines.length === 0) return '';
  const lines = snippet.lines.map((line, index) => {
    const number = snippet.startLine + index;
    const isHit = location.type === 'file' && number >= location.startLine && number <= location.endLine;
    return `<span class="l${isHit ? ' hit' : ''}"><i>${number}</i>${forHtml(clip(line.replace(/[\r\n]/g, ' '), maxLine))}</span>`;
  });
  return `<pre class="snippet" tabindex="0" aria-label="Code, secrets masked"><code>${lines.join('')}</code></pre>`;
};

const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${forHtml(paragraph.trim())}</p>`)
    .join('');

const commitHtml = (location: Location): string => {
  if (location.type !== 'file' || location.commit === undefined) return '';
  const { sha, author, authoredAt, subject } = location.commit;
  return `<p class="note">Commit <code>${forHtml(sha.slice(0, 12))}</code> by ${forHtml(author)}, ${forHtml(authoredAt.slice(0, 10))}: ${forHtml(subject)}</p>`;
};

const chips = (finding: Finding): string => {
  const parts = [
    `<span class="chip">${finding.kind}</span>`,
    `<span class="chip">confidence ${finding.confidence}</span>`,
    ...(finding.baseline === undefined ? [] : [`<span class="chip">${finding.baseline}</span>`]),
    ...finding.cwe.map((cwe) => {
      const number = cweNumber(cwe);
      return number === undefined
        ? `<span class="chip">${forHtml(cwe)}</span>`
        : link(`https://cwe.mitre.org/data/definitions/${number}.html`, `CWE-${number}`, 'chip');
    }),
  ];
  return `<div class="chips">${parts.join('')}</div>`;
};

const evidence = (finding: Finding): string =>
  `<dl class="evidence">${publicFingerprints(finding)
    .map((fingerprint) => `<dt>${forHtml(fingerprintName(fingerprint))}</dt><dd><code>${forHtml(fingerprint.value)}</code></dd>`)
    .join('')}</dl>`;

/** One finding with everything known about it. `index` names the heading for assistive technology. */
export const findingHtml = (finding: Finding, index: number, summary: ReportSummary): string => {
  const rule = ruleOf(summary, finding);
  const helpLink = safeLink(rule?.helpUrl);
  const help = `${paragraphs(rule?.help ?? '')}${helpLink === undefined ? '' : `<p>${link(helpLink, 'More about this rule', 'help-link')}</p>`}`;
  const { suppression } = finding;
  const heading = `finding-${index}`;
  return [
    `<article class="finding ${finding.severity}" data-severity="${finding.severity}" aria-labelledby="${heading}">`,
    `<div class="head"><span class="badge">${finding.severity}</span><h3 id="${heading}">${forHtml(finding.title)}</h3><code class="rule">${forHtml(finding.ruleId)}</code></div>`,
    `<p class="where"><code>${forHtml(placeOf(finding.location))}</code></p>`,
    finding.message === finding.title ? '' : `<p class="note">${forHtml(finding.message)}</p>`,
    commitHtml(finding.location),
    suppression === undefined
      ? ''
      : `<p class="note"><strong>Suppressed</strong> (${suppression.source}): ${forHtml(suppression.reason || 'no reason given')}${suppression.expiresAt === undefined ? '' : `, until ${forHtml(suppression.expiresAt)}`}</p>`,
    snippetHtml(finding),
    help === '' ? '' : `<details class="more"><summary>What to do</summary><div class="help">${help}</div></details>`,
    `<details class="more"><summary>Evidence</summary>${evidence(finding)}${chips(finding)}</details>`,
    '</article>\n',
  ].join('');
};
