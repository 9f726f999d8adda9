import type { CodeRule, LoadedRules, RuleProblem, UnsupportedRule } from './code-rule.ts';
import { readRule } from './read-rule.ts';
import { readRuleDocument } from './rule-document.ts';
import { listRuleFiles, readRuleFile } from './rule-files.ts';

/** What a rule says, without where it says it. */
const contentOf = (rule: CodeRule): string =>
  JSON.stringify({ ...rule, source: undefined }, (key, value: unknown) => (key === 'line' ? undefined : value));

/** Read together, told in order. Bounds memory: each may be as large as a rule file gets. */
const filesAtOnce = 16;

interface Collected {
  readonly rules: Map<string, CodeRule>;
  readonly unsupported: UnsupportedRule[];
  readonly problems: RuleProblem[];
  readonly warnings: RuleProblem[];
}

/**
 * An id is part of every finding's identity, so it means one rule. Semgrep puts the folder before the id and runs both; we keep the
 * first one and name both places: the same rule twice is harmless, two different ones are not.
 */
const addRule = (collected: Collected, rule: CodeRule): void => {
  const known = collected.rules.get(rule.id);
  if (known === undefined) {
    collected.rules.set(rule.id, rule);
    return;
  }
  const { path, line } = rule.source;
  const first = `${known.source.path}:${known.source.line}`;
  if (contentOf(known) === contentOf(rule))
    collected.warnings.push({ path, line, column: 1, message: `the rule "${rule.id}" is in ${first} already, word for word` });
  else collected.problems.push({ path, line, column: 1, message: `another rule has the id "${rule.id}": ${first}; this one is not run` });
};

const addFile = (collected: Collected, file: { readonly path: string; readonly isNamed: boolean }, text: string): void => {
  const { path, isNamed } = file;
  // Folders of rules hold other YAML too, much of it made to be found by the rules; it need not even be valid.
  if (!isNamed && !/(?:^|[\s,{])["']?rules["']?\s*:/.test(text)) return;
  const document = readRuleDocument(path, text);
  collected.problems.push(...document.problems);
  if (document.rules === undefined) {
    if (isNamed && document.problems.length === 0)
      collected.problems.push({ path, line: 1, column: 1, message: 'the file holds no list of rules ("rules:")' });
    return;
  }
  for (const { value, isBroken } of document.rules) {
    if (isBroken) continue;
    const outcome = readRule(value, path);
    if (outcome.rule !== undefined) addRule(collected, outcome.rule);
    collected.unsupported.push(...outcome.unsupported);
    collected.problems.push(...outcome.notes.problems);
    collected.warnings.push(...outcome.notes.warnings);
  }
};

/**
 * Reads rules from files and folders. Nothing wrong in a rule, a file or a path is thrown: each is told with its place, and the others
 * are loaded. The answer is the same whatever order the file system lists names in.
 */
export const loadRules = async (paths: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<LoadedRules> => {
  const listing = await listRuleFiles(paths, { signal });
  const collected: Collected = { rules: new Map(), unsupported: [], problems: [...listing.problems], warnings: [] };
  for (let at = 0; at < listing.files.length; at += filesAtOnce) {
    const files = listing.files.slice(at, at + filesAtOnce);
    const texts = await Promise.all(files.map(({ path }) => readRuleFile(path, { signal })));
    for (const [index, read] of texts.entries()) {
      const file = files[index];
      if ('problem' in read) collected.problems.push(read.problem);
      else if (file !== undefined) addFile(collected, file, read.text);
    }
  }
  return { ...collected, rules: [...collected.rules.values()] };
};
