import type { ImportedName } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree, textOf } from '../tree.ts';
import { javascriptStringContent } from './javascript-strings.ts';

export const kindOf = (tree: SyntaxTree, node: number): string => tree.kindNames[tree.kind[node] ?? 0] ?? '';

const firstOfKind = (tree: SyntaxTree, node: number, kind: string): number =>
  childrenOf(tree, node).find((child) => kindOf(tree, child) === kind) ?? -1;

const nameOf = (tree: SyntaxTree, node: number): string =>
  tree.shape[node] === shapeCode.string ? javascriptStringContent(tree, node).text : textOf(tree, node);

/** `import d, { a as b } from 'm'`, `import * as n from 'm'`, `import n = require('m')`. */
const ofStatement = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const required = firstOfKind(tree, node, 'import_require_clause');
  const source = childIn(tree, required < 0 ? node : required, slotCode.value);
  if (source < 0) return [];
  const module = nameOf(tree, source);
  if (required >= 0) {
    const local = firstOfKind(tree, required, 'identifier');
    return local < 0 ? [] : [{ local: textOf(tree, local), path: [module] }];
  }
  return childrenOf(tree, node).flatMap((part) => {
    switch (kindOf(tree, part)) {
      case 'identifier':
        // What a module exports as default is what it stands for, to rules.
        return [{ local: textOf(tree, part), path: [module] }];
      case 'namespace_import': {
        const local = firstOfKind(tree, part, 'identifier');
        return local < 0 ? [] : [{ local: textOf(tree, local), path: [module] }];
      }
      case 'named_imports':
        return childrenOf(tree, part).flatMap((specifier) => {
          const name = childIn(tree, specifier, slotCode.name);
          const alias = childIn(tree, specifier, slotCode.target);
          if (name < 0) return [];
          const exported = nameOf(tree, name);
          const local = alias < 0 ? exported : textOf(tree, alias);
          return [{ local, path: exported === 'default' ? [module] : [module, exported] }];
        });
      default:
        return [];
    }
  });
};

/** Row of the string in `require('m')`, or in `import('m')` where `callees` has it; -1 where the value is no such call. */
export const requiredModule = (tree: SyntaxTree, value: number, callees: readonly string[] = ['require']): number => {
  if (tree.shape[value] !== shapeCode.call) return -1;
  const callee = childIn(tree, value, slotCode.callee);
  const callArguments = childIn(tree, value, slotCode.arguments);
  if (callee < 0 || callArguments < 0 || !callees.includes(textOf(tree, callee))) return -1;
  const [source = -1, ...more] = childrenOf(tree, callArguments);
  return more.length > 0 || tree.shape[source] !== shapeCode.string ? -1 : source;
};

/** The path a value stands for: `require('m')`, `await import('m')`, and members of them. */
const modulePath = (tree: SyntaxTree, value: number): readonly string[] | undefined => {
  const members: string[] = [];
  let at = value;
  while (at >= 0 && (tree.shape[at] === shapeCode.member || kindOf(tree, at) === 'await_expression')) {
    if (tree.shape[at] === shapeCode.member) {
      const property = childIn(tree, at, slotCode.property);
      if (property < 0) return undefined;
      members.unshift(textOf(tree, property));
      at = childIn(tree, at, slotCode.object);
    } else {
      at = childrenOf(tree, at)[0] ?? -1;
    }
  }
  const source = at < 0 ? -1 : requiredModule(tree, at, ['require', 'import']);
  if (source < 0) return undefined;
  return [javascriptStringContent(tree, source).text, ...members];
};

/** `const m = require('m')`, `const { a, b: c } = require('m')`, `const a = require('m').a`. */
const ofVariable = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const target = childIn(tree, node, slotCode.target);
  const value = childIn(tree, node, slotCode.value);
  if (target < 0 || value < 0) return [];
  const path = modulePath(tree, value);
  if (path === undefined) return [];
  if (tree.shape[target] === shapeCode.identifier) return [{ local: textOf(tree, target), path }];
  if (tree.shape[target] !== shapeCode.record) return [];
  return childrenOf(tree, target).flatMap((pair) => {
    const key = childIn(tree, pair, slotCode.key);
    const local = childIn(tree, pair, slotCode.value);
    if (key < 0 || local < 0 || tree.shape[local] !== shapeCode.identifier) return [];
    return [{ local: textOf(tree, local), path: [...path, nameOf(tree, key)] }];
  });
};

/** For nodes of shape `import` and `variable`, and assignments of a `require`. */
export const javascriptImports = (tree: SyntaxTree, node: number): readonly ImportedName[] =>
  tree.shape[node] === shapeCode.import ? ofStatement(tree, node) : ofVariable(tree, node);
