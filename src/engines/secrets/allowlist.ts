import { isRegexError, translateGoRegex } from './go-regex.ts';
import type { AllowlistSpec } from './rule-spec.ts';

/** What an allowlist looks at. Texts hold UTF-8 bytes, a character each. */
export interface AllowlistTarget {
  readonly secret: string;
  readonly match: string;
  /** Called only when an allowlist speaks of the line. */
  readonly line: () => string;
}

/** Facts of the file that path and commit checks need; memoised for the file. */
export interface FileFacts {
  readonly pathMatches: (goSource: string) => boolean;
  /** Lower-case; undefined when the bytes are a file. */
  readonly commit: string | undefined;
}

export interface Allowlist {
  /** The whole file (or commit) is allowed, whatever was found. */
  readonly allowsFile: (file: FileFacts) => boolean;
  readonly allowsFinding: (file: FileFacts, target: AllowlistTarget) => boolean;
}

const matchesNothing = '(?!)';

/** Compiles when first asked: most expressions of a rule file never run. A source was checked at load. */
export const lazyTest = (goSource: string): ((text: string) => boolean) => {
  let compiled: RegExp | undefined;
  return (text) => {
    if (compiled === undefined) {
      const translated = translateGoRegex(goSource);
      compiled = new RegExp(isRegexError(translated) ? matchesNothing : translated.source);
    }
    return compiled.test(text);
  };
};

/** Words by their first two characters: a secret is short, lists have thousands of words. */
const createWordFinder = (words: readonly string[]): ((text: string) => boolean) => {
  let byStart: Map<string, string[]> | undefined;
  return (text) => {
    if (byStart === undefined) {
      byStart = new Map();
      for (const word of words) {
        const start = word.slice(0, 2);
        const same = byStart.get(start);
        if (same === undefined) byStart.set(start, [word]);
        else same.push(word);
      }
    }
    const lower = text.toLowerCase();
    for (let at = 0; at < lower.length; at += 1) {
      for (const length of [1, 2]) {
        for (const word of byStart.get(lower.slice(at, at + length)) ?? []) if (lower.startsWith(word, at)) return true;
        if (at + length >= lower.length) break;
      }
    }
    return false;
  };
};

/** One expression for a list, joined as gitleaks joins it: a flag such as `(?i)` reaches from where it stands to the end of the list. */
export const anyOf = (sources: readonly string[]): string => (sources.length === 1 ? (sources[0] ?? '') : sources.join('|'));

export const createAllowlist = (spec: AllowlistSpec): Allowlist => {
  const commits = new Set(spec.commits);
  const testRegexes = spec.regexes.length > 0 ? lazyTest(anyOf(spec.regexes)) : undefined;
  const paths = anyOf(spec.paths);
  const holdsStopword = spec.stopwords.length > 0 ? createWordFinder(spec.stopwords) : () => false;
  const commitAllowed = (file: FileFacts): boolean => file.commit !== undefined && commits.has(file.commit);
  const pathAllowed = (file: FileFacts): boolean => paths !== '' && file.pathMatches(paths);
  const regexAllowed = (target: AllowlistTarget): boolean => {
    if (testRegexes === undefined) return false;
    const text = spec.regexTarget === 'line' ? target.line() : target[spec.regexTarget];
    return text !== '' && testRegexes(text);
  };
  if (spec.condition === 'OR') {
    return {
      allowsFile: (file) => commitAllowed(file) || pathAllowed(file),
      allowsFinding: (_file, target) => holdsStopword(target.secret) || regexAllowed(target),
    };
  }
  const fileAllowed = (file: FileFacts): boolean =>
    (commits.size === 0 || commitAllowed(file)) && (spec.paths.length === 0 || pathAllowed(file));
  const speaksOfContent = spec.regexes.length > 0 || spec.stopwords.length > 0;
  return {
    allowsFile: (file) => !speaksOfContent && fileAllowed(file),
    allowsFinding: (file, target) =>
      fileAllowed(file) &&
      (spec.stopwords.length === 0 || holdsStopword(target.secret)) &&
      (testRegexes === undefined || regexAllowed(target)),
  };
};
