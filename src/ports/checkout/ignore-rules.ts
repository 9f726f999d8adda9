import { type IgnorePattern, matchesPattern, parseIgnorePattern } from './ignore-pattern.ts';

/** Largest ignore file that is honoured. */
export const ignoreFileBytes = 512 * 1024;
/**
 * Characters in wildcard patterns that may apply to one path. Deciding a path costs at most this times the path's length, so a
 * hostile tree cannot stall the walk; a large honest monorepo stays below a tenth of it.
 */
const wildcardCharacters = 64 * 1024;
/** Of all ignore files together, the bounds on memory: a pattern takes some hundred bytes, however short it is. */
const totalCharacters = 16 * 1024 * 1024;
const totalPatterns = 100_000;

export interface IgnoreDecision {
  readonly ignored: boolean;
  /** File and pattern that decided, one sentence part. */
  readonly detail: string;
}

/**
 * Patterns of any number of ignore files. Deeper files win over those above them, later lines and later files of the same directory
 * over earlier ones.
 */
export interface IgnoreRules {
  /**
   * Adds a file's patterns for the tree below `directory` ('' is the root). A file beyond the limits is not honoured at all, since
   * half of its patterns could hide what the other half brings back.
   * @returns a warning, where the file is not honoured.
   */
  readonly add: (file: { readonly directory: string; readonly name: string; readonly text: string }) => string | undefined;
  /** Decides one path by itself; the caller has decided its parents already. Undefined when no pattern speaks of it. */
  readonly decide: (path: string, isDirectory: boolean) => IgnoreDecision | undefined;
  /** For a flat list of files (a git tree): an ignored parent decides for everything below it. */
  readonly decideWithParents: (path: string) => IgnoreDecision | undefined;
}

/** Positions of the last pattern for directories only, and of the last for both; -1 for none. */
interface LastPositions {
  readonly directory: number;
  readonly any: number;
}

interface PatternFile {
  readonly name: string;
  readonly patterns: readonly IgnorePattern[];
  /** The last patterns without wildcards, by the name or path they stand for. */
  readonly literalNames: ReadonlyMap<string, LastPositions>;
  readonly literalPaths: ReadonlyMap<string, LastPositions>;
  /** Positions of the others, ascending. */
  readonly wildcards: readonly number[];
  readonly wildcardCharacters: number;
}

const indexPatterns = (name: string, text: string): PatternFile => {
  const patterns: IgnorePattern[] = [];
  const literalNames = new Map<string, LastPositions>();
  const literalPaths = new Map<string, LastPositions>();
  const wildcards: number[] = [];
  let characters = 0;
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    const pattern = parseIgnorePattern(line);
    if (pattern === undefined) continue;
    const position = patterns.push(pattern) - 1;
    if (pattern.literal === undefined) {
      wildcards.push(position);
      characters += pattern.source.length;
    } else {
      const index = pattern.anchored ? literalPaths : literalNames;
      const last = index.get(pattern.literal) ?? { directory: -1, any: -1 };
      index.set(pattern.literal, pattern.directoryOnly ? { ...last, directory: position } : { ...last, any: position });
    }
  }
  return { name, patterns, literalNames, literalPaths, wildcards, wildcardCharacters: characters };
};

/** The last pattern of the file that matches. `below` is the path relative to the file's directory. */
const lastMatch = (file: PatternFile, below: string, isDirectory: boolean): IgnorePattern | undefined => {
  const lastOf = (last: LastPositions | undefined): number =>
    last === undefined ? -1 : isDirectory ? Math.max(last.directory, last.any) : last.any;
  const names = below.split('/');
  const literal = Math.max(lastOf(file.literalNames.get(names.at(-1) ?? '')), lastOf(file.literalPaths.get(below)));
  for (let index = file.wildcards.length - 1; index >= 0; index -= 1) {
    const position = file.wildcards[index] ?? -1;
    if (position < literal) break;
    const pattern = file.patterns[position];
    if (pattern !== undefined && (isDirectory || !pattern.directoryOnly) && matchesPattern(pattern, names)) return pattern;
  }
  return file.patterns[literal];
};

/** '' , 'a', 'a/b' for 'a/b/c', deepest first. */
const directoriesAbove = (path: string): string[] => {
  const directories: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) directories.push(path.slice(0, slash));
  directories.push('');
  return directories;
};

const shorten = (source: string): string => (source.length > 80 ? `${source.slice(0, 79)}…` : source);

export const createIgnoreRules = (): IgnoreRules => {
  const filesByDirectory = new Map<string, PatternFile[]>();
  let characters = 0;
  let patterns = 0;

  const decide = (path: string, isDirectory: boolean): IgnoreDecision | undefined => {
    if (filesByDirectory.size === 0) return undefined;
    for (const directory of directoriesAbove(path)) {
      const files = filesByDirectory.get(directory);
      if (files === undefined) continue;
      const below = directory === '' ? path : path.slice(directory.length + 1);
      for (const file of files.toReversed()) {
        const pattern = lastMatch(file, below, isDirectory);
        if (pattern !== undefined) return { ignored: !pattern.negated, detail: `${file.name}: ${shorten(pattern.source)}` };
      }
    }
    return undefined;
  };

  return {
    add: ({ directory, name, text }) => {
      if (text.length > ignoreFileBytes) return `${name} is not honoured: it is larger than ${ignoreFileBytes / 1024} KiB`;
      if (characters + text.length > totalCharacters)
        return `${name} is not honoured: the ignore files of this tree are larger than ${totalCharacters / 1024 ** 2} MiB together`;
      characters += text.length;
      const file = indexPatterns(name, text);
      if (file.patterns.length === 0) return undefined;
      const applying = [directory, ...(directory === '' ? [] : directoriesAbove(directory))].flatMap(
        (above) => filesByDirectory.get(above) ?? [],
      );
      const cost = applying.reduce((sum, above) => sum + above.wildcardCharacters, file.wildcardCharacters);
      if (cost > wildcardCharacters)
        return `${name} is not honoured: it and the ignore files above it hold more than ${wildcardCharacters / 1024} KiB of wildcard patterns`;
      if (patterns + file.patterns.length > totalPatterns)
        return `${name} is not honoured: the ignore files of this tree hold more than ${totalPatterns} patterns together`;
      patterns += file.patterns.length;
      const files = filesByDirectory.get(directory);
      if (files === undefined) filesByDirectory.set(directory, [file]);
      else files.push(file);
      return undefined;
    },
    decide,
    decideWithParents: (path) => {
      for (const parent of directoriesAbove(path).toReversed()) {
        if (parent === '') continue;
        const decision = decide(parent, true);
        if (decision?.ignored === true) return decision;
      }
      return decide(path, false);
    },
  };
};
