import { buildAutomaton } from './automaton.ts';
import { createDetector, keywordsOf } from './detector.ts';
import type { LoadedRule, Ruleset } from './rule-spec.ts';

/** Uniform numbers in [0, 1). The same seed gives the same numbers. */
export type Random = () => number;

/** Mulberry32: 32 bits of state are plenty for examples. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';

const alphabets: Readonly<Record<string, string>> = {
  alnum: upper + lower + digits,
  lower,
  upper,
  digits,
  hex: `${digits}abcdef`,
  upperhex: `${digits}ABCDEF`,
  loweralnum: lower + digits,
  upperalnum: upper + digits,
  base32: `${upper}234567`,
  base64: `${upper}${lower}${digits}+/`,
  base64url: `${upper}${lower}${digits}-_`,
};

const pick = (random: Random, alphabet: string, count: number): string => {
  let text = '';
  for (let index = 0; index < count; index += 1) text += alphabet[Math.floor(random() * alphabet.length)] ?? '';
  return text;
};

const word = (random: Random, count: number): string => {
  let text = '';
  for (let index = 0; index < count; index += 1) text += pick(random, index % 2 === 0 ? 'bcdfghklmnprstvw' : 'aeiou', 1);
  return text;
};

const uuid = (random: Random): string => {
  const hex = alphabets['hex'] ?? '';
  const part = (count: number): string => pick(random, hex, count);
  return `${part(8)}-${part(4)}-4${part(3)}-${pick(random, '89ab', 1)}${part(3)}-${part(12)}`;
};

const jwt = (random: Random): string => {
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { sub: pick(random, alphabets['hex'] ?? '', 12), iat: 1_700_000_000 + Math.floor(random() * 10_000_000) };
  return `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(payload)}.${pick(random, alphabets['base64url'] ?? '', 43)}`;
};

const pem = (random: Random, label: string): string => {
  const lines = Array.from({ length: 8 }, () => pick(random, alphabets['base64'] ?? '', 64));
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
};

const longestExpansion = 10_000;

const expandOne = (random: Random, whole: string, name: string, argument: string | undefined): string => {
  const count = argument !== undefined && /^\d{1,5}$/.test(argument) ? Math.min(Number(argument), longestExpansion) : undefined;
  const alphabet = Object.hasOwn(alphabets, name) ? alphabets[name] : undefined;
  if (alphabet !== undefined && count !== undefined) return pick(random, alphabet, count);
  if (name === 'word' && count !== undefined) return word(random, count);
  if (name === 'pem' && argument !== undefined) return pem(random, argument);
  if (argument !== undefined) return whole;
  switch (name) {
    case 'uuid':
      return uuid(random);
    case 'jwt':
      return jwt(random);
    case 'nl':
      return '\n';
    case 'tab':
      return '\t';
    default:
      return whole;
  }
};

/**
 * Fills an example template: `{{alnum:20}}`, `{{hex:40}}`, `{{uuid}}`, `{{pem:RSA PRIVATE KEY}}`, ... What is no placeholder stays, so
 * that examples may hold the braces of other template languages.
 */
export const expandExample = (template: string, random: Random): string =>
  template.replace(/\{\{([a-z0-9]+)(?::([^{}]*))?\}\}/g, (whole, name: string, argument: string | undefined) =>
    expandOne(random, whole, name, argument),
  );

export interface ExampleFailure {
  readonly ruleId: string;
  /** The template, never its expansion. */
  readonly template: string;
  readonly expected: 'match' | 'no match';
}

export interface ExampleReport {
  readonly rules: number;
  readonly examples: number;
  readonly failures: readonly ExampleFailure[];
}

const examplesOf = ({ presentation }: LoadedRule): readonly { readonly template: string; readonly shouldMatch: boolean }[] => [
  ...presentation.match.map((template) => ({ template, shouldMatch: true })),
  ...presentation.noMatch.map((template) => ({ template, shouldMatch: false })),
];

/** Runs every example of every rule: a `match` must be found by its own rule, a `no_match` must not be. */
export const checkExamples = (ruleset: Ruleset, seed: number): ExampleReport => {
  const rules = ruleset.rules.map((rule) => rule.spec);
  const detector = createDetector({
    rules,
    allowlists: ruleset.allowlists,
    automaton: buildAutomaton(keywordsOf(rules)),
    hmacKey: { id: '', key: new Uint8Array() },
    decode: false,
  });
  const failures: ExampleFailure[] = [];
  let examples = 0;
  for (const [index, rule] of ruleset.rules.entries()) {
    for (const [number, { template, shouldMatch }] of examplesOf(rule).entries()) {
      examples += 1;
      const text = `${expandExample(template, createRandom(seed + number * 1009 + index * 7919))}\n`;
      const { detections } = detector.detect({ path: rule.presentation.examplePath, commit: undefined }, Buffer.from(text));
      const isFound = detections.some((one) => one.rule === index);
      if (isFound !== shouldMatch) failures.push({ ruleId: rule.spec.id, template, expected: shouldMatch ? 'match' : 'no match' });
    }
  }
  return { rules: rules.length, examples, failures };
};
