import { relative, resolve, sep } from 'node:path';
import { z } from 'zod';

/** One finding of either program, as `rule path:line-line`; paths are relative to the tree. */
export type Place = string;

const ours = z.object({
  coverage: z.object({
    files: z.array(z.object({ path: z.string(), state: z.string(), reason: z.string().optional() })),
    engines: z.array(z.object({ bytes_analysed: z.number() })),
  }),
  findings: z.array(
    z.object({ rule_id: z.string(), location: z.object({ path: z.string(), start_line: z.number(), end_line: z.number() }) }),
  ),
});

const line = z.object({ line: z.number() });
const semgreps = z.object({
  results: z.array(z.object({ check_id: z.string(), path: z.string(), start: line, end: line })),
  paths: z.object({ scanned: z.array(z.string()) }),
  errors: z.array(z.object({ path: z.string().optional(), type: z.unknown() })),
});

export interface Report {
  readonly places: ReadonlySet<Place>;
  /** Paths that some rule looked at. */
  readonly scanned: readonly string[];
  /** Paths with what was wrong. */
  readonly problems: ReadonlyMap<string, string>;
}

export const readOurs = (text: string): Report & { readonly bytes: number } => {
  const { findings, coverage } = ours.parse(JSON.parse(text));
  return {
    places: new Set(findings.map(({ rule_id: rule, location: at }) => `${rule} ${at.path}:${at.start_line}-${at.end_line}`)),
    scanned: coverage.files.filter(({ state }) => state === 'analysed' || state === 'degraded').map(({ path }) => path),
    problems: new Map(
      coverage.files
        .filter(({ state, reason }) => (state === 'failed' || state === 'degraded' || state === 'excluded') && reason !== 'not_applicable')
        .map(({ path, state, reason }) => [path, `${state}: ${reason ?? ''}`]),
    ),
    bytes: coverage.engines.reduce((sum, engine) => sum + engine.bytes_analysed, 0),
  };
};

export const readSemgreps = (text: string, tree: string): Report => {
  const { results, paths, errors } = semgreps.parse(JSON.parse(text));
  const local = (path: string): string => relative(tree, resolve(tree, path)).split(sep).join('/');
  return {
    places: new Set(results.map(({ check_id: rule, path, start, end }) => `${rule} ${local(path)}:${start.line}-${end.line}`)),
    scanned: paths.scanned.map(local),
    problems: new Map(errors.map(({ path, type }) => [path === undefined ? '' : local(path), JSON.stringify(type)])),
  };
};

/** What only one of them says, in order. */
export const differencesOf = (mine: Report, theirs: Report) => ({
  same: [...mine.places].filter((place) => theirs.places.has(place)).length,
  onlyMine: [...mine.places].filter((place) => !theirs.places.has(place)).sort(),
  onlyTheirs: [...theirs.places].filter((place) => !mine.places.has(place)).sort(),
});
