import type { Rule } from '../../domain/rule.ts';
import type { Severity } from '../../domain/severity.ts';
import { clip, forMarkdown, forMarkdownLink } from '../../lib/text-safety.ts';
import { cweNumber, safeLink } from '../summary.ts';

export const sarifLevel = (severity: Severity): 'error' | 'warning' | 'note' => {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    case 'medium':
      return 'warning';
    case 'low':
    case 'info':
      return 'note';
  }
};

/** Middle of GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium, above 0 low. */
const securitySeverities: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0', info: '0.0' };

/** GitHub refuses a rule with more tags and shows the first ten. */
const maxTags = 20;

/** An identifier in words run together, as SARIF asks of `name`. Words of one letter would run into their neighbours. */
const pascalName = (title: string, id: string): string => {
  const words = (title.normalize('NFKD').match(/[A-Za-z0-9]+/g) ?? id.match(/[A-Za-z0-9]+/g) ?? []).filter((word) => word.length > 1);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join('');
  return /^[A-Z]/.test(name) ? name.slice(0, 120) : `Rule${name.slice(0, 120)}`;
};

/** GitHub refuses descriptions of more than 1,024 characters. */
const sentence = (text: string): string => {
  const clipped = clip(text.replace(/\s+/g, ' ').trim() || 'No description.', 1000);
  return /[.!?…]$/.test(clipped) ? clipped : `${clipped}.`;
};

const helpMarkdown = (rule: Rule, link: string | undefined): string => {
  const paragraphs = (rule.help || rule.title)
    .split(/\n\s*\n/)
    .map((paragraph) => forMarkdown(paragraph.trim()))
    .filter((paragraph) => paragraph !== '');
  return [...paragraphs, ...(link === undefined ? [] : [`[More about this rule](${forMarkdownLink(link)})`])].join('\n\n');
};

export const cweNumbersOf = (cwe: readonly string[]): readonly string[] => [
  ...new Set(cwe.map(cweNumber).filter((number) => number !== undefined)),
];

/** CWE numbers that the rules name, in ascending order: the taxa of the run. */
export const taxaOf = (rules: readonly Rule[]): readonly string[] =>
  [...new Set(rules.flatMap((rule) => cweNumbersOf(rule.cwe)))].sort((left, right) => Number(left) - Number(right));

export const sarifRule = (rule: Rule, taxa: readonly string[]) => {
  const numbers = cweNumbersOf(rule.cwe);
  const link = safeLink(rule.helpUrl);
  const help = rule.help.trim() === '' ? sentence(rule.title) : rule.help.trim();
  return {
    id: rule.id,
    name: pascalName(rule.title, rule.id),
    shortDescription: { text: sentence(rule.title) },
    fullDescription: { text: sentence(help) },
    help: { text: link === undefined ? help : `${help}\n\n${link}`, markdown: helpMarkdown(rule, link) },
    helpUri: link,
    defaultConfiguration: { level: sarifLevel(rule.severity) },
    relationships:
      numbers.length === 0
        ? undefined
        : numbers.map((number) => ({
            target: { id: number, index: taxa.indexOf(number), toolComponent: { name: 'CWE', index: 0 } },
            kinds: ['superset'],
          })),
    properties: {
      'security-severity': securitySeverities[rule.severity],
      precision: rule.confidence,
      kind: rule.kind,
      severity: rule.severity,
      tags: [...new Set(['security', ...numbers.map((number) => `external/cwe/cwe-${number}`), rule.kind, ...rule.tags])].slice(0, maxTags),
    },
  };
};

export const cweTaxonomy = (taxa: readonly string[]) => ({
  name: 'CWE',
  organization: 'MITRE',
  shortDescription: { text: 'The MITRE Common Weakness Enumeration.' },
  informationUri: 'https://cwe.mitre.org/',
  isComprehensive: false,
  taxa: taxa.map((number) => ({ id: number, helpUri: `https://cwe.mitre.org/data/definitions/${number}.html` })),
});
