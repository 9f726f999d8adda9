import { basename, dirname, extname } from 'node:path';

/** A file rules are tried on. */
export interface TestTarget {
  readonly path: string;
  /** Holds what the text is after every fix was made. */
  readonly fixedPath?: string;
}

/** A rule file and the files beside it that test it. */
export interface RuleTests {
  readonly rulePath: string;
  readonly targets: readonly TestTarget[];
}

const ruleExtensions: ReadonlySet<string> = new Set(['.yaml', '.yml']);
const isTestOfYaml = (path: string): boolean => /\.test\.ya?ml$/i.test(path);
const isFixed = (path: string): boolean => basename(path).includes('.fixed.');

/** A file that may hold rules. What tests rules about YAML is called `x.test.yaml`. */
export const isRuleFile = (path: string): boolean =>
  ruleExtensions.has(extname(path).toLowerCase()) && !isTestOfYaml(path) && !isFixed(path);

/** `a/b.test.py` → `a/b`: what comes before the first dot. */
const stemOf = (path: string): string => `${dirname(path)}/${basename(path).split('.', 1)[0]}`;

const fixedFor = (target: string, candidates: readonly string[]): string | undefined => {
  const sameEnd = candidates.filter((path) => extname(path) === extname(target));
  const own = `${target.slice(0, target.length - extname(target).length)}.fixed${extname(target)}`;
  return sameEnd.find((path) => path === own) ?? sameEnd[0];
};

/**
 * Which files test which rule file: those of the same folder with the same name up to the first dot, whatever comes after it, as for
 * Semgrep. Every rule file is in the answer, those without a test with no target. In the order of the paths.
 */
export const pairTestFiles = (paths: readonly string[]): readonly RuleTests[] => {
  const targets = new Map<string, string[]>();
  const fixed = new Map<string, string[]>();
  const addTo = (map: Map<string, string[]>, path: string): void => {
    const stem = stemOf(path);
    const known = map.get(stem);
    if (known === undefined) map.set(stem, [path]);
    else known.push(path);
  };
  for (const path of paths) if (!isRuleFile(path)) addTo(isFixed(path) ? fixed : targets, path);
  return paths.filter(isRuleFile).map((rulePath) => ({
    rulePath,
    targets: (targets.get(stemOf(rulePath)) ?? []).map((path) => {
      const fixedPath = fixedFor(path, fixed.get(stemOf(rulePath)) ?? []);
      return { path, ...(fixedPath === undefined ? {} : { fixedPath }) };
    }),
  }));
};
