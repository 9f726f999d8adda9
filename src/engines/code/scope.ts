import type { PrepareOptions } from '../engine.ts';
import type { CodeRule } from './rule/code-rule.ts';
import { compilePaths } from './rule/paths.ts';
import { isScriptName, languagesOfPath, possibleLanguagesOfPath, scriptLanguages } from './syntax/languages.ts';

const readsText = ({ languages }: CodeRule): boolean => languages.includes('generic') || languages.includes('regex');

/** Whether any of the rules looks at a file of that path and first line. */
export const createScope = (rules: readonly CodeRule[]): ((path: string, firstLine: string) => boolean) => {
  const everywhere = new Set<string>();
  const limited = rules.flatMap((rule) => {
    const isLimited = rule.paths.include.length + rule.paths.exclude.length > 0;
    if (isLimited) return [{ languages: rule.languages, isText: readsText(rule), takes: compilePaths(rule.paths) }];
    for (const language of readsText(rule) ? ['generic'] : rule.languages) everywhere.add(language);
    return [];
  });
  return (path, firstLine) => {
    if (everywhere.has('generic')) return true;
    const ids = languagesOfPath(path, firstLine).map(({ id }) => id);
    return (
      ids.some((id) => everywhere.has(id)) ||
      limited.some(({ languages, isText, takes }) => (isText || languages.some((language) => ids.includes(language))) && takes(path))
    );
  };
};

/** Files that are looked into at the same time. */
const readAtOnce = 32;

/**
 * Those of `asked`, by id, that some of the files are written in; and those that read any text. Files are looked into only where their names
 * say nothing and as long as it can make a difference; without `readFirstLine` they may be anything.
 */
export const languagesOfFiles = async (
  asked: ReadonlySet<string>,
  paths: readonly string[],
  { readFirstLine, signal }: Pick<PrepareOptions, 'readFirstLine' | 'signal'>,
): Promise<ReadonlySet<string>> => {
  const found = new Set(['generic', 'regex']);
  const scripts: string[] = [];
  for (const path of paths) {
    const isUnknown = readFirstLine !== undefined && isScriptName(path);
    if (isUnknown) scripts.push(path);
    else for (const { id } of possibleLanguagesOfPath(path)) found.add(id);
  }
  const open = (): boolean => scriptLanguages.some(({ id }) => asked.has(id) && !found.has(id));
  for (let at = 0; readFirstLine !== undefined && at < scripts.length && open(); at += readAtOnce) {
    signal.throwIfAborted();
    const looked = scripts.slice(at, at + readAtOnce);
    const lines = await Promise.all(looked.map((path) => readFirstLine(path)));
    for (const [index, path] of looked.entries()) {
      for (const { id } of languagesOfPath(path, lines[index])) found.add(id);
    }
  }
  return found;
};
