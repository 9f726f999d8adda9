import { shapeCode, slotCode } from '../shape.ts';
import type { SyntaxTree } from '../tree.ts';

/** For grammars that wrap every argument, named or not: one without a name stands in the list by its place alone. */
export const positionalArguments = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 1; row < tree.size; row += 1) {
    if (tree.slot[row] === slotCode.value && tree.shape[tree.parent[row] ?? 0] === shapeCode.arguments) tree.slot[row] = slotCode.none;
  }
  return tree;
};
