import type { ImportClause } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import { bind, type Environment, nodeBinding, noSolution, type Solutions } from './environment.ts';
import { andThen, type Matching } from './matching.ts';
import { isEllipsis } from './pattern-tree.ts';

/** `'m'` of a pattern holds for `'m/sub'`, too. */
const matchSource = (matching: Matching, row: number, target: ImportClause, environment: Environment | undefined): Solutions => {
  const mark = matching.markOf(row);
  if (mark?.kind === 'any_string') return target.isWhole === true ? noSolution : [environment];
  if (mark !== undefined) return matching.node(row, target.source, environment);
  const wanted = matching.stringOf(matching.pattern, row);
  const module = matching.stringOf(matching.tree, target.source);
  if (wanted === undefined || module === undefined) return noSolution;
  const isThere = module === wanted || (target.isWhole !== true && module.startsWith(`${wanted}/`));
  return isThere ? [environment] : noSolution;
};

/** What a default import imports has a name of its own, which no row says. */
const bindDefault = (matching: Matching, row: number, target: ImportClause, environment: Environment | undefined): Solutions => {
  const mark = matching.markOf(row);
  if (mark?.kind !== 'metavariable') return noSolution;
  const { start, end } = nodeBinding(matching.tree, target.local ?? target.source);
  return bind(environment, mark.name, { start, end, text: 'default' });
};

const matchLocal = (matching: Matching, wanted: ImportClause, target: ImportClause, environment: Environment | undefined): Solutions => {
  if (wanted.local === undefined) return target.isWhole === true && target.local !== undefined ? noSolution : [environment];
  return target.local === undefined ? noSolution : matching.node(wanted.local, target.local, environment);
};

const matchClause = (matching: Matching, wanted: ImportClause, target: ImportClause, environment: Environment | undefined): Solutions => {
  const isAnyOf = wanted.what === 'module' && wanted.local === undefined;
  const isNamedDefault = wanted.what === 'name' && target.what === 'default';
  if (!isAnyOf && !isNamedDefault && wanted.what !== target.what) return noSolution;
  return andThen(matchSource(matching, wanted.source, target, environment), (known) => {
    if (isAnyOf) return [known];
    if (wanted.name === undefined) return matchLocal(matching, wanted, target, known);
    const named = isNamedDefault ? bindDefault(matching, wanted.name, target, known) : matching.node(wanted.name, target.name ?? -1, known);
    return andThen(named, (next) => matchLocal(matching, wanted, target, next));
  });
};

/** Each thing the pattern imports is among those the target does. */
export const matchImportClauses = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { pattern, tree, importClauses } = matching;
  if (importClauses === undefined) return noSolution;
  const there = importClauses(tree, target);
  if (there.length === 0) return noSolution;
  const all = importClauses(pattern, row);
  const named = all.filter(({ name }) => name === undefined || !isEllipsis(matching.markOf(name)));
  // `{ ... }`: anything of the module.
  const wanted = named.length > 0 ? named : all.slice(0, 1).map(({ source }): ImportClause => ({ what: 'module', source }));
  if (wanted.length === 0) return noSolution;
  let solutions: Solutions = [environment];
  for (const clause of wanted) {
    solutions = andThen(solutions, (known) =>
      there.flatMap((each) => (matching.spend() ? matchClause(matching, clause, each, known) : [])),
    );
  }
  return solutions;
};

export const canImport = (shape: number | undefined): boolean => shape === shapeCode.import || shape === shapeCode.variable;
