import { type Confidence, confidences } from '../../../domain/severity.ts';
import { mapIn } from './fields.ts';
import type { Reading } from './reading.ts';
import type { YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

export interface RuleMetadata {
  readonly confidence: Confidence;
  /** `CWE-79`, each once. */
  readonly cwe: readonly string[];
  readonly owasp: readonly string[];
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a report carries along of one rule. */
const maxValues = 2000;

/** Metadata is free text of the rule's author: nothing in it makes a rule unusable, what cannot be used is left out. */
const textsOf = (value: YamlValue | undefined): readonly string[] => {
  if (value === undefined) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.text.trim()] : [])).filter((text) => text !== '');
};

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const cweOf = (reading: Reading, entry: YamlEntry | undefined): readonly string[] =>
  unique(
    textsOf(entry?.value).flatMap((text) => {
      const number = /\bCWE[-\s:]*0*([1-9]\d{0,4})\b/i.exec(text)?.[1] ?? /^0*([1-9]\d{0,4})$/.exec(text)?.[1];
      if (number === undefined && entry !== undefined) reading.warn(entry.key, `"${text.slice(0, 80)}" names no weakness like "CWE-79"`);
      return number === undefined ? [] : [`CWE-${number}`];
    }),
  );

const confidenceOf = (reading: Reading, entry: YamlEntry | undefined): Confidence => {
  const [text] = textsOf(entry?.value);
  const confidence = confidences.find((each) => each === text?.toLowerCase());
  if (entry !== undefined && confidence === undefined) reading.warn(entry.key, '"confidence" is HIGH, MEDIUM or LOW; MEDIUM is taken');
  return confidence ?? 'medium';
};

const plain = (value: YamlValue, budget: { left: number }): unknown => {
  budget.left -= 1;
  if (budget.left < 0) return null;
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'list') return value.items.map((item) => plain(item, budget));
  // Through a list of pairs, so that a key `__proto__` is a key.
  return Object.fromEntries([...value.entries].map(([name, entry]) => [name, plain(entry.value, budget)]));
};

const plainMap = (reading: Reading, map: YamlMap): Readonly<Record<string, unknown>> => {
  const budget = { left: maxValues };
  const metadata = Object.fromEntries([...map.entries].map(([name, entry]) => [name, plain(entry.value, budget)]));
  if (budget.left < 0) reading.warn(map.at, `"metadata" holds more than ${maxValues} values; the rest is left out`);
  return metadata;
};

const tagFields = ['category', 'subcategory', 'technology', 'tags'];

export const readMetadata = (reading: Reading, entry: YamlEntry | undefined): RuleMetadata => {
  const isEmpty = entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null);
  const map = isEmpty ? undefined : mapIn(reading, entry.value, 'metadata', 'names and values');
  const field = (name: string): YamlEntry | undefined => map?.entries.get(name);
  return {
    confidence: confidenceOf(reading, field('confidence')),
    cwe: cweOf(reading, field('cwe')),
    owasp: unique(textsOf(field('owasp')?.value)),
    references: unique([...textsOf(field('references')?.value), ...textsOf(field('reference')?.value)]),
    tags: unique(tagFields.flatMap((name) => textsOf(field(name)?.value))),
    metadata: map === undefined ? {} : plainMap(reading, map),
  };
};
