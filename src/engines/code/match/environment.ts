import { type SyntaxTree, textOf } from '../syntax/tree.ts';
import type { Binding, Bindings } from './match.ts';
import { sameCode } from './same-code.ts';

/** What has been bound so far: a list that only grows at its head, so that trying alternatives costs nothing to undo. */
export interface Environment {
  readonly name: string;
  readonly binding: Binding;
  readonly outer: Environment | undefined;
}

/** Every way something can hold. Most often none or one. */
export type Solutions = readonly (Environment | undefined)[];

export const noSolution: Solutions = [];

export const lookUp = (environment: Environment | undefined, name: string): Binding | undefined => {
  for (let at = environment; at !== undefined; at = at.outer) if (at.name === name) return at.binding;
  return undefined;
};

/** `$_` stands for anything and remembers nothing. */
const isAnonymous = (name: string): boolean => name === '$_' || name === '$...' || name === '$..._';

/** Binds a metavariable, or checks that what it is bound to already is the same code. */
export const bind = (environment: Environment | undefined, name: string, binding: Binding): Solutions => {
  if (isAnonymous(name)) return [environment];
  const known = lookUp(environment, name);
  if (known === undefined) return [{ name, binding, outer: environment }];
  return sameCode(known, binding) ? [environment] : noSolution;
};

export const nodeBinding = (tree: SyntaxTree, node: number): Binding => ({
  start: tree.start[node] ?? 0,
  end: tree.end[node] ?? 0,
  text: textOf(tree, node),
  tree,
  node,
});

/** Siblings in a row; an empty range at `at` when there are none. */
export const rangeBinding = (tree: SyntaxTree, nodes: readonly number[], at: number): Binding => {
  const first = nodes[0];
  const last = nodes.at(-1);
  if (first === undefined || last === undefined) return { start: at, end: at, text: '' };
  const start = tree.start[first] ?? 0;
  const end = tree.end[last] ?? 0;
  return { start, end, text: tree.text.slice(start, end), tree, node: first, lastNode: last };
};

export const toBindings = (environment: Environment | undefined): Bindings => {
  const bindings = new Map<string, Binding>();
  for (let at = environment; at !== undefined; at = at.outer) bindings.set(at.name, at.binding);
  return bindings;
};
