import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, textOf } from '../syntax/tree.ts';
import { bind, type Environment, nodeBinding, noSolution, type Solutions } from './environment.ts';
import type { Binding } from './match.ts';
import { andThen, isKind, type Matching } from './matching.ts';

/** What a chain goes on from: the object of a member or index, what a call calls. */
const receiverOf = (matching: Matching, row: number): number => {
  const { tree } = matching;
  const shape = tree.shape[row];
  if (shape === shapeCode.member || shape === shapeCode.index) return childIn(tree, row, slotCode.object);
  return shape === shapeCode.call ? childIn(tree, row, slotCode.callee) : -1;
};

/** `$X. ... .f()`: the object may be anywhere further up the chain. */
const matchUpTheChain = (matching: Matching, object: number, target: number, environment: Environment | undefined): Solutions => {
  const found: (Environment | undefined)[] = [];
  for (let at = target; at >= 0; at = receiverOf(matching, at)) {
    if (!matching.spend()) break;
    found.push(...matching.node(object, at, environment));
  }
  return found;
};

export const matchMember = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { pattern, tree } = matching;
  const object = childIn(pattern, row, slotCode.object);
  const property = childIn(pattern, row, slotCode.property);
  if (object < 0 || property < 0) return noSolution;
  if (isKind(matching.markOf(property), 'ellipsis')) return matchUpTheChain(matching, object, target, environment);
  if (tree.shape[target] !== shapeCode.member) return noSolution;
  // `a?.b`: the name `a` of a pattern is not what the member is of, though something that may be missing is.
  const isOptional = childIn(tree, target, slotCode.operator) >= 0;
  if (isOptional !== childIn(pattern, row, slotCode.operator) >= 0 && !(isOptional && matching.markOf(object) !== undefined))
    return noSolution;
  const targetObject = childIn(tree, target, slotCode.object);
  const targetProperty = childIn(tree, target, slotCode.property);
  if (targetObject < 0 || targetProperty < 0) return noSolution;
  return andThen(matching.node(property, targetProperty, environment), (known) => matching.node(object, targetObject, known));
};

/** The names of `a.b.$C`, or nothing when a part is more than a name. */
const nameRows = (matching: Matching, row: number): readonly number[] | undefined => {
  const { pattern } = matching;
  const rows: number[] = [];
  let at = row;
  while (pattern.shape[at] === shapeCode.member) {
    const property = childIn(pattern, at, slotCode.property);
    const object = childIn(pattern, at, slotCode.object);
    if (property < 0 || object < 0 || pattern.shape[property] !== shapeCode.identifier) return undefined;
    rows.unshift(property);
    at = object;
  }
  if (pattern.shape[at] !== shapeCode.identifier) return undefined;
  rows.unshift(at);
  return rows;
};

/** A dotted name against what the file's imports say the target is: `subprocess.call` holds for `call` after `from subprocess import call`. */
export const matchImportedName = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const imports = matching.facts.imports();
  const path = imports.pathOf(target);
  const paths = path === undefined ? imports.openedPathsOf(target) : [path];
  const rows = paths.length === 0 ? undefined : nameRows(matching, row);
  // Of what an opened module brings nothing is known: only a name written in full says that it is there.
  if (rows === undefined || (path === undefined && rows.some((part) => matching.markOf(part) !== undefined))) return noSolution;
  return paths.flatMap((each) => matchPath(matching, rows, each, target, environment));
};

/** A part of the full name that is not written there is no node, but the same name wherever it is meant. */
const nameBinding = ({ tree }: Matching, target: number, name: string): Binding => {
  const bound = nodeBinding(tree, target);
  return bound.text === name ? bound : { start: bound.start, end: bound.end, text: name };
};

const matchPath = (
  matching: Matching,
  rows: readonly number[],
  path: readonly string[],
  target: number,
  environment: Environment | undefined,
): Solutions => {
  if (rows.length !== path.length) return noSolution;
  let solutions: Solutions = [environment];
  rows.forEach((part, index) => {
    const name = path[index] ?? '';
    const mark = matching.markOf(part);
    solutions = andThen(solutions, (known) => {
      if (mark?.kind === 'ellipsis') return [known];
      if (mark?.kind === 'metavariable') return bind(known, mark.name, nameBinding(matching, target, name));
      return mark === undefined && textOf(matching.pattern, part) === name ? [known] : noSolution;
    });
  });
  return solutions;
};
