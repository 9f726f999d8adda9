import { at, type JsonObject, textOf } from './fields.ts';

const maxUriCharacters = 4096;

const decodePart = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not every tool encodes; a lone percent sign is then part of the name.
    return part;
  }
};

/** Relative, `/` between parts, without `.` and `..`: a path that would climb out of the root stays in it. */
const tidy = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
};

const decodePath = (path: string): string => tidy(path.replaceAll('\\', '/').split('/').map(decodePart).join('/'));

/** The absolute path of a `file:` URI, or of a path that some tools write in its place; undefined for a relative one. */
const absolutePath = (uri: string): string | undefined => {
  const path = /^file:\/\/[^/\\]*(?<path>.*)$/i.exec(uri)?.groups?.['path'] ?? /^file:(?<path>.*)$/i.exec(uri)?.groups?.['path'];
  if (path !== undefined) return decodePath(path);
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(uri) ? decodePath(uri) : undefined;
};

/** Where the tree of a run stood on the machine that scanned it. */
export interface PathRoots {
  /** Relative path of each base from the root of the tree; empty for the root itself. */
  readonly bases: ReadonlyMap<string, string>;
  /** Absolute paths, longest first. */
  readonly absolute: readonly string[];
}

const maxBases = 100;

/**
 * Roots of a run from its `originalUriBaseIds` and the working folders of its invocations. A base with an absolute URI, or none, is the root
 * of the tree; one that builds on another is a folder below that.
 */
export const pathRoots = (baseIds: JsonObject, workingFolders: readonly string[]): PathRoots => {
  const names = Object.keys(baseIds).slice(0, maxBases);
  const absolute = new Set<string>();
  const pathOfBase = (name: string, depth: number): string => {
    const uri = textOf(at(baseIds, name, 'uri'), maxUriCharacters);
    const parent = textOf(at(baseIds, name, 'uriBaseId'), maxUriCharacters);
    if (uri === undefined || absolutePath(uri) !== undefined) return '';
    const above = parent === undefined || depth > 10 ? '' : pathOfBase(parent, depth + 1);
    return tidy(`${above}/${decodePath(uri)}`);
  };
  for (const uri of [...names.map((name) => textOf(at(baseIds, name, 'uri'), maxUriCharacters)), ...workingFolders]) {
    const path = uri === undefined ? undefined : absolutePath(uri);
    if (path !== undefined && path !== '') absolute.add(path);
  }
  return {
    bases: new Map(names.map((name) => [name, pathOfBase(name, 0)])),
    absolute: [...absolute].sort((a, b) => b.length - a.length),
  };
};

/**
 * The path of an artifact from the root of the tree; undefined for what is no file (`https:`, a package) or names nothing. An absolute path
 * below none of the roots keeps all of its folders.
 */
export const artifactPath = (roots: PathRoots, location: unknown): string | undefined => {
  const uri = textOf(at(location, 'uri'), maxUriCharacters);
  if (uri === undefined) return undefined;
  const whole = absolutePath(uri);
  if (whole !== undefined) {
    const root = roots.absolute.find((folder) => whole.startsWith(`${folder}/`));
    const path = (root === undefined ? whole : whole.slice(root.length + 1)).replace(/^[A-Za-z]:\//, '');
    return path === '' ? undefined : path;
  }
  // A letter and a colon begin a drive, several a scheme.
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri)) return undefined;
  const base = roots.bases.get(textOf(at(location, 'uriBaseId'), maxUriCharacters) ?? '') ?? '';
  const path = tidy(`${base}/${decodePath(uri)}`);
  return path === '' ? undefined : path;
};
