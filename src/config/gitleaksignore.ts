import type { GitleaksIgnoreEntry } from '../domain/suppression.ts';

export interface GitleaksIgnore {
  readonly entries: readonly GitleaksIgnoreEntry[];
  /** Lines that are no entry, for the report's warnings. */
  readonly warnings: readonly string[];
}

/** More lines than any honest file has; the rest is not read, with a warning. */
const maxEntries = 20_000;
const maxWarnings = 10;

/** Reads from the right, because a path may hold colons: `[commit:]path:rule:line`. */
const parseEntry = (text: string): GitleaksIgnoreEntry | undefined => {
  const lineAt = text.lastIndexOf(':');
  const ruleAt = text.lastIndexOf(':', lineAt - 1);
  const line = text.slice(lineAt + 1);
  const ruleId = text.slice(ruleAt + 1, lineAt);
  if (ruleAt < 1 || lineAt < 1 || ruleId === '' || !/^[1-9]\d{0,9}$/.test(line)) return undefined;
  const place = text.slice(0, ruleAt).replaceAll('\\', '/');
  const commit = /^([0-9a-f]{40}|[0-9a-f]{64}):(?=.)/.exec(place);
  const entry = { path: place.slice(commit?.[0].length ?? 0).replace(/^\.\//, ''), ruleId, line: Number(line) };
  return commit?.[1] === undefined ? entry : { commit: commit[1], ...entry };
};

/** Hostile text in, plain data out: never throws; blank lines and `#` comments are skipped. */
export const parseGitleaksIgnore = (text: string): GitleaksIgnore => {
  const entries: GitleaksIgnoreEntry[] = [];
  const wrong: number[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n/);
  let cut = false;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (entries.length >= maxEntries) {
      cut = true;
      break;
    }
    const entry = parseEntry(line);
    if (entry === undefined) wrong.push(index + 1);
    else entries.push(entry);
  }
  const warnings = wrong
    .slice(0, maxWarnings)
    .map((line) => `.gitleaksignore line ${line} is not of the form path:rule:line or commit:path:rule:line`);
  if (wrong.length > maxWarnings) warnings.push(`.gitleaksignore has ${wrong.length - maxWarnings} more lines that are not understood`);
  if (cut) warnings.push(`.gitleaksignore has more than ${maxEntries} entries; the rest is not read`);
  return { entries, warnings };
};
