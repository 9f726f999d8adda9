import { type FindingKind, findingKinds } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import { type Confidence, confidences, type Severity, severities } from '../../domain/severity.ts';
import { at, listOf, numberOf, textOf, textsOf, wordOf } from './fields.ts';

export const maxIdCharacters = 255;
const maxTags = 50;
const maxTagCharacters = 200;
const maxTitleCharacters = 500;
const maxHelpCharacters = 2000;

/** The bands of CVSS, which `security-severity` follows. */
export const severityOfScore = (score: number): Severity =>
  score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : score > 0 ? 'low' : 'info';

export const severityOfLevel = (level: unknown): Severity | undefined => {
  switch (level) {
    case 'error':
      return 'high';
    case 'warning':
      return 'medium';
    case 'note':
      return 'low';
    case 'none':
      return 'info';
    default:
      return undefined;
  }
};

export const confidenceOf = (properties: unknown): Confidence | undefined => {
  const said = textOf(at(properties, 'confidence') ?? at(properties, 'precision'), 40)?.toLowerCase();
  return said === 'very-high' ? 'high' : wordOf(said, confidences);
};

const cwePattern = /\bcwe[-_:/ ]?0*(?<number>\d{1,6})\b/gi;
const cvePattern = /\bCVE-\d{4}-\d{4,19}\b/gi;

export const cwesIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(cwePattern)].map(({ groups }) => `CWE-${groups?.['number'] ?? ''}`))),
];

export const cvesIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => text.match(cvePattern) ?? []).map((cve) => cve.toUpperCase())),
];

/** Taxa that a rule or result points at, where they are of the CWE. */
export const cwesOfReferences = (references: readonly unknown[]): readonly string[] =>
  references.flatMap((reference) =>
    /cwe/i.test(textOf(at(reference, 'toolComponent', 'name'), 100) ?? 'cwe')
      ? cwesIn([`cwe-${textOf(at(reference, 'id'), 40)?.replace(/^cwe-/i, '') ?? ''}`])
      : [],
  );

const secretCwes: ReadonlySet<string> = new Set(['CWE-259', 'CWE-321', 'CWE-798']);
const secretTools = /gitleaks|truffle|detect-secrets|ggshield|noseyparker|kingfisher|whispers|talisman|secret/i;
const secretWords = /\bsecrets?\b|hard-?coded|\bcredentials?\b|private[-_ ]key|api[-_ ]?key/i;
const nearSecrets = /secret|credential|passw|token|key\b|hard-?coded/i;

type Described = Pick<Rule, 'id' | 'title' | 'tags' | 'cwe'>;

const wordsOf = ({ id, title, tags }: Described): string => [id, title, ...tags].join(' ');

const kindOf = (rule: Described, tool: string, properties: unknown): FindingKind => {
  const said = wordOf(at(properties, 'kind'), findingKinds);
  if (said !== undefined) return said;
  const words = wordsOf(rule);
  if (secretTools.test(tool) || secretWords.test(words) || rule.cwe.some((cwe) => secretCwes.has(cwe))) return 'secret';
  if (/\blicen[cs]es?\b/i.test(words)) return 'licence';
  if (/^(?:CVE|GHSA|PYSEC|RUSTSEC|GO|SNYK)-/i.test(rule.id) || /\b(?:dependency|vulnerability|sca)\b/i.test(rule.tags.join(' ')))
    return 'dependency';
  if (/\b(?:iac|infrastructure|misconfiguration|terraform|kubernetes|dockerfile|cloudformation|helm)\b/i.test(words)) return 'iac';
  return 'sast';
};

/** A rule as a log describes it. `severityIsScored`: it has a `security-severity`, which a result's level does not overrule. */
export interface SarifRule {
  readonly rule: Rule;
  readonly severityIsScored: boolean;
  /** Its results may hold a whole secret, for not every tool masks what it found: nothing of the source is kept. */
  readonly hidesSource: boolean;
  readonly cve: readonly string[];
}

const httpUrl = (value: unknown): string | undefined => {
  const url = textOf(value, 2000);
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
};

/** Undefined for what has no id. `tool` is the name the tool gives itself. */
export const readRule = (source: unknown, engine: string, tool: string): SarifRule | undefined => {
  const id = textOf(at(source, 'id'), maxIdCharacters);
  return id === undefined ? undefined : describedRule(id, source, engine, tool);
};

/** A rule that a log names and does not describe. */
export const undescribedRule = (id: string, engine: string, tool: string): SarifRule =>
  describedRule(id === '' ? 'unnamed' : id, undefined, engine, tool);

const describedRule = (id: string, source: unknown, engine: string, tool: string): SarifRule => {
  const properties = at(source, 'properties');
  const tags = textsOf(at(properties, 'tags'), maxTags, maxTagCharacters);
  const title =
    textOf(at(source, 'shortDescription', 'text'), maxTitleCharacters) ??
    textOf(at(source, 'fullDescription', 'text'), maxTitleCharacters) ??
    textOf(at(source, 'name'), maxTitleCharacters) ??
    id;
  const helpUrl = httpUrl(at(source, 'helpUri'));
  const cwe = [
    ...new Set([
      ...cwesIn([...tags, ...textsOf(at(properties, 'cwe'), maxTags, maxTagCharacters)]),
      ...cwesOfReferences(
        listOf(at(source, 'relationships'))
          .slice(0, maxTags)
          .map((relationship) => at(relationship, 'target')),
      ),
    ]),
  ];
  const score = numberOf(at(properties, 'security-severity'));
  const said = wordOf(at(properties, 'severity'), severities);
  const scored = said ?? (score === undefined ? undefined : severityOfScore(score));
  const kind = kindOf({ id, title, tags, cwe }, tool, properties);
  return {
    rule: {
      id,
      engine,
      kind,
      title,
      severity: scored ?? severityOfLevel(at(source, 'defaultConfiguration', 'level')) ?? 'medium',
      confidence: confidenceOf(properties) ?? 'medium',
      cwe,
      help: textOf(at(source, 'help', 'text'), maxHelpCharacters) ?? textOf(at(source, 'fullDescription', 'text'), maxHelpCharacters) ?? '',
      ...(helpUrl === undefined ? {} : { helpUrl }),
      tags,
    },
    severityIsScored: scored !== undefined,
    hidesSource: kind === 'secret' || nearSecrets.test(wordsOf({ id, title, tags, cwe })),
    cve: cvesIn([id, title, ...tags, helpUrl ?? '']),
  };
};
