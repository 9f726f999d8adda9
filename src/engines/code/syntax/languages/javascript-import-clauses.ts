import type { ImportClause } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree, textOf } from '../tree.ts';
import { kindOf, requiredModule } from './javascript-imports.ts';

const optionalRow = (row: number): number | undefined => (row < 0 ? undefined : row);

const clausesOfImport = (tree: SyntaxTree, node: number): readonly ImportClause[] => {
  const parts = childrenOf(tree, node);
  const required = parts.find((part) => kindOf(tree, part) === 'import_require_clause');
  const source = childIn(tree, required ?? node, slotCode.value);
  if (source < 0) return [];
  if (required !== undefined) return [{ what: 'module', source, local: childrenOf(tree, required)[0] }];
  const clauses = parts.flatMap((part): readonly ImportClause[] => {
    if (tree.shape[part] === shapeCode.identifier) return [{ what: 'default', source, local: part }];
    const inner = childrenOf(tree, part);
    if (kindOf(tree, part) === 'namespace_import') return [{ what: 'module', source, local: inner[0] }];
    return kindOf(tree, part) === 'named_imports' ? inner.map((specifier) => clauseOfSpecifier(tree, source, specifier)) : [];
  });
  return clauses.length > 0 ? clauses : [{ what: 'module', source }];
};

const clauseOfSpecifier = (tree: SyntaxTree, source: number, specifier: number): ImportClause => {
  const name = childIn(tree, specifier, slotCode.name);
  const local = optionalRow(childIn(tree, specifier, slotCode.target));
  // A row that stands for something else as a whole (`...`) has no parts.
  if (name < 0) return { what: 'name', source, name: specifier };
  return textOf(tree, name) === 'default' ? { what: 'default', source, local } : { what: 'name', source, name, local };
};

/** `const { a, b: c } = require('m')` names what it takes, `const m = require('m')` the module. */
const clausesOfVariable = (tree: SyntaxTree, node: number): readonly ImportClause[] => {
  const target = childIn(tree, node, slotCode.target);
  const value = childIn(tree, node, slotCode.value);
  const source = target < 0 || value < 0 ? -1 : requiredModule(tree, value);
  if (source < 0) return [];
  if (tree.shape[target] !== shapeCode.record) return [{ what: 'module', source, isWhole: true }];
  return childrenOf(tree, target).flatMap((pair): ImportClause[] => {
    const name = childIn(tree, pair, slotCode.key);
    const local = childIn(tree, pair, slotCode.value);
    if (name < 0) return [];
    const isRenamed = local >= 0 && tree.start[local] !== tree.start[name];
    return [{ what: 'name', source, name, local: isRenamed ? local : undefined, isWhole: true }];
  });
};

/** For nodes of shape `import` and `variable`. */
export const javascriptImportClauses = (tree: SyntaxTree, node: number): readonly ImportClause[] => {
  if (tree.shape[node] === shapeCode.import) return clausesOfImport(tree, node);
  return tree.shape[node] === shapeCode.variable ? clausesOfVariable(tree, node) : [];
};

/** An import ends before its semicolon. */
export const withoutEndOfImports = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 0; row < tree.size; row += 1) {
    const end = tree.end[row] ?? 0;
    if (tree.shape[row] === shapeCode.import && tree.text[end - 1] === ';') tree.end[row] = end - 1;
  }
  return tree;
};
