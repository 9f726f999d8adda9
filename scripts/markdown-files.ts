import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface MarkdownFile {
  /** Relative to the project root. */
  readonly path: string;
  readonly text: string;
}

const projectRoot = join(import.meta.dirname, '..');
const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage', 'fixtures']);

/** Every Markdown file of the project. */
export const markdownFiles = (): readonly MarkdownFile[] => {
  const walk = (directory: string): string[] =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(join(directory, entry.name));
      return entry.isFile() && entry.name.endsWith('.md') ? [join(directory, entry.name)] : [];
    });
  return walk(projectRoot)
    .sort()
    .map((path) => ({ path: relative(projectRoot, path), text: readFileSync(path, 'utf8') }));
};

/** Text outside fenced code blocks, line structure kept. */
export const withoutFences = (text: string): string => {
  let fence: string | undefined;
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
      if (mark !== undefined && fence === undefined) fence = mark;
      else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
      else return fence === undefined ? line : '';
      return '';
    })
    .join('\n');
};

/** Anchors of a file's headings, as code hosts derive them. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, title = ''] of withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const base = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    anchors.add(count === 0 ? base : `${base}-${count}`);
  }
  return anchors;
};
