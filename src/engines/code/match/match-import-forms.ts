import { metavariablePrefix } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import { textOf } from '../syntax/tree.ts';
import { bind, type Environment, nodeBinding, noSolution, type Solutions } from './environment.ts';
import { matchParts } from './match-parts.ts';
import { andThen, type Matching } from './matching.ts';

/** Row of the name in an import, for what a metavariable is bound to; the import itself where it is no name (`..`). */
const rowOfName = ({ tree }: Matching, target: number, name: string): number => {
  const last = tree.last[target] ?? target;
  for (let row = target + 1; row <= last; row += 1) {
    if (tree.shape[row] === shapeCode.identifier && textOf(tree, row) === name) return row;
  }
  return target;
};

const matchStep = (matching: Matching, wanted: string, name: string, target: number, known: Environment | undefined): Solutions => {
  if (!wanted.startsWith(metavariablePrefix)) return wanted === name ? [known] : noSolution;
  const binding = { ...nodeBinding(matching.tree, rowOfName(matching, target, name)), text: name };
  return bind(known, `$${wanted.slice(metavariablePrefix.length)}`, binding);
};

/**
 * An import as written, and in any other form that names the same: `import a.b` holds for `from a import b`. One name alone holds for
 * what is within it, too (`import a` for `from a.b import c`); of several each has to be there.
 */
export const matchImportForms = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const straight = matchParts(matching, row, target, environment);
  if (straight.length > 0 || matching.importedPaths === undefined) return straight;
  const wanted = matching.importedPaths(matching.pattern, row);
  if (wanted.length === 0 || wanted.some(({ isRenamed }) => isRenamed)) return noSolution;
  const there = matching.importedPaths(matching.tree, target).map(({ path }) => path);
  let solutions: Solutions = [environment];
  for (const { path } of wanted) {
    solutions = andThen(solutions, (known) => {
      const fitting = there.filter((other) => (wanted.length === 1 ? other.length >= path.length : other.length === path.length));
      return fitting.flatMap((other) => {
        let ways: Solutions = [known];
        path.forEach((step, at) => {
          ways = andThen(ways, (next) => matchStep(matching, step, other[at] ?? '', target, next));
        });
        return ways;
      });
    });
  }
  return solutions;
};
