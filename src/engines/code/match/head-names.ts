import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, type SyntaxTree, textOf } from '../syntax/tree.ts';
import type { ImportedNames } from './imported-names.ts';

/**
 * The last name of what rows call or name: `f` of `f`, `a.f` and `a.f(x)`. Nearly every comparison of a pattern with a file ends there, so
 * it is made a number of.
 */
export interface HeadNames {
  /** False where the target surely goes by another name than `name`, a number of {@link HeadNames.numberOf}; 0 is no name. */
  readonly mayBe: (target: number, name: number) => boolean;
  /** -1 for a name the file does not hold. */
  readonly numberOf: (name: string) => number;
}

/** Row of the identifier a row goes by, or -1. */
export const headRow = (tree: SyntaxTree, row: number): number => {
  const shape = tree.shape[row];
  if (shape === shapeCode.identifier) return row;
  if (shape === shapeCode.member) {
    const property = childIn(tree, row, slotCode.property);
    return property >= 0 && tree.shape[property] === shapeCode.identifier ? property : -1;
  }
  if (shape !== shapeCode.call && shape !== shapeCode.construction) return -1;
  const callee = childIn(tree, row, slotCode.callee);
  const calleeShape = callee < 0 ? -1 : tree.shape[callee];
  return calleeShape === shapeCode.identifier || calleeShape === shapeCode.member ? headRow(tree, callee) : -1;
};

export const readHeadNames = (tree: SyntaxTree, imports: () => ImportedNames): HeadNames => {
  const numbers = new Map<string, number>();
  const numberFor = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size + 1);
    return numbers.size;
  };
  const heads = new Int32Array(tree.size);
  // Names stand behind the rows that go by them.
  for (let row = tree.size - 1; row >= 0; row--) {
    if (tree.shape[row] === shapeCode.identifier) heads[row] = numberFor(textOf(tree, row));
    else {
      const head = headRow(tree, row);
      if (head >= 0) heads[row] = heads[head] ?? 0;
    }
  }
  /** Names that stand for others by an import: `import call as c`. */
  const aliases = new Map<number, ReadonlySet<number>>();
  const written = [...numbers];
  for (const [name, number] of written) {
    const imported = imports().lastNamesOf(name);
    if (imported.length > 0) aliases.set(number, new Set(imported.map(numberFor)));
  }
  return {
    mayBe: (target, name) => {
      const head = heads[target] ?? 0;
      return head === 0 || head === name || aliases.get(head)?.has(name) === true;
    },
    numberOf: (name) => numbers.get(name) ?? -1,
  };
};
