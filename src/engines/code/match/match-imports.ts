import { firstOptionalSlot, shapeCode, slotCode } from '../syntax/shape.ts';
import { childrenOf, isLeaf, type SyntaxTree, textOf } from '../syntax/tree.ts';
import { type Environment, noSolution, type Solutions } from './environment.ts';
import { andThen, type Matching } from './matching.ts';

/** More names than this, in all lists of one import, are not looked at. */
const mostPaths = 500;

/**
 * The paths an import names, as rows: `a.b.{c, d}` is `a.b.c` and `a.b.d`. Other names, modifiers and `*` stand in optional slots, lists
 * have the shape of one.
 */
const pathsOf = (tree: SyntaxTree, row: number): readonly (readonly number[])[] => {
  const paths: (readonly number[])[] = [];
  // What is left to read of a path whose first names are known: rows in reverse.
  const open: { readonly names: number[]; readonly rest: number[] }[] = [{ names: [], rest: [row] }];
  while (open.length > 0 && paths.length < mostPaths) {
    const { names, rest } = open.pop() ?? { names: [], rest: [] };
    const at = rest.pop();
    if (at === undefined) paths.push(names);
    else if (tree.shape[at] === shapeCode.list)
      for (const child of childrenOf(tree, at).toReversed()) open.push({ names: [...names], rest: [...rest, child] });
    else {
      if (isLeaf(tree, at)) names.push(at);
      else
        rest.push(
          ...childrenOf(tree, at)
            .filter((child) => (tree.slot[child] ?? 0) < firstOptionalSlot)
            .toReversed(),
        );
      open.push({ names, rest });
    }
  }
  return paths;
};

const optionsOf = (tree: SyntaxTree, row: number): readonly string[] =>
  childrenOf(tree, row)
    .filter((child) => tree.slot[child] === slotCode.optional)
    .map((child) => textOf(tree, child));

/** `import a.b` holds for whatever is imported below `a.b`. */
export const matchImport = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { pattern, tree } = matching;
  const there = optionsOf(tree, target);
  if (!optionsOf(pattern, row).every((option) => there.includes(option))) return noSolution;
  const wanted = pathsOf(pattern, row)[0] ?? [];
  return pathsOf(tree, target).flatMap((path) => {
    if (path.length < wanted.length || !matching.spend()) return noSolution;
    let solutions: Solutions = [environment];
    for (const [index, name] of wanted.entries())
      solutions = andThen(solutions, (known) => matching.node(name, path[index] ?? target, known));
    return solutions;
  });
};
