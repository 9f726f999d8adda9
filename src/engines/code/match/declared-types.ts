import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, type SyntaxTree, textOf } from '../syntax/tree.ts';
import type { ImportedNames } from './imported-names.ts';

export interface DeclaredTypes {
  /** The type written for what the row names, or plain from its form (`new T()`, a string); undefined when it cannot be told. */
  readonly typeOf: (row: number) => string | undefined;
  /** True when the row surely has that type. A name is equal to its last part: `String` to `java.lang.String`. */
  readonly isOfType: (row: number, type: string) => boolean;
}

type NumberTypes = Pick<Language, 'numbersAreFractions'>;

interface Declaration {
  readonly type: string;
  /** Rows it holds in: the function, class or file around it. */
  readonly from: number;
  readonly to: number;
}

/** Names of the same literal type in different languages. */
const literalTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['string', ['string', 'String', 'str', 'java.lang.String']],
  ['integer', ['int', 'Integer', 'long', 'number', 'Int']],
  ['fraction', ['float', 'double', 'Float', 'Double', 'number', 'float64']],
  ['boolean', ['boolean', 'bool', 'Boolean']],
]);

/** `java.util.List<String>[]` without arguments, blanks and leading `*`, `&`, `?`. */
const bareType = (type: string): string => {
  let bare = '';
  let depth = 0;
  for (const character of type) {
    if (character === '<') depth++;
    else if (character === '>') depth--;
    else if (depth <= 0 && character.trim() !== '') bare += character;
  }
  return bare.replace(/^:/, '').replace(/\?$/, '');
};

const sameType = (a: string, b: string): boolean => {
  if (a === b) return true;
  const [longer, shorter] = a.length > b.length ? [a, b] : [b, a];
  return longer.endsWith(`.${shorter}`);
};

const scopeOf = (tree: SyntaxTree, row: number): { readonly from: number; readonly to: number } => {
  for (let at = tree.parent[row] ?? -1; at >= 0; at = tree.parent[at] ?? -1) {
    const shape = tree.shape[at];
    if (shape === shapeCode.function || shape === shapeCode.class) return { from: at, to: tree.last[at] ?? at };
  }
  return { from: 0, to: tree.size - 1 };
};

const literalKind = (tree: SyntaxTree, row: number, { numbersAreFractions }: NumberTypes): string | undefined => {
  if (tree.shape[row] === shapeCode.string) return 'string';
  if (tree.shape[row] !== shapeCode.literal) return undefined;
  const text = textOf(tree, row);
  if (/^(?:true|false)$/i.test(text)) return 'boolean';
  if (!/^[0-9]/.test(text)) return undefined;
  return numbersAreFractions !== true && /^(?:0[xXbBoO])?[0-9a-fA-F_]+[lLuU]*$/.test(text) ? 'integer' : 'fraction';
};

const constructedType = (tree: SyntaxTree, row: number): string | undefined => {
  if (tree.shape[row] !== shapeCode.construction) return undefined;
  const callee = childIn(tree, row, slotCode.callee);
  return callee < 0 ? undefined : bareType(textOf(tree, callee));
};

/** Types of the fields each class or struct of the file declares, by its name. */
const readFields = (tree: SyntaxTree, bodies: readonly number[]): ReadonlyMap<string, ReadonlyMap<string, string>> => {
  const fields = new Map<string, Map<string, string>>();
  for (const body of bodies) {
    let owner = tree.parent[body] ?? -1;
    while (owner >= 0 && tree.shape[owner] !== shapeCode.class) owner = tree.parent[owner] ?? -1;
    const name = owner < 0 ? -1 : childIn(tree, owner, slotCode.name);
    if (name < 0) continue;
    const own = fields.get(textOf(tree, name)) ?? new Map<string, string>();
    fields.set(textOf(tree, name), own);
    for (const member of childrenOf(tree, body)) {
      const type = childIn(tree, member, slotCode.type);
      const field = Math.max(childIn(tree, member, slotCode.name), childIn(tree, member, slotCode.target));
      if (type >= 0 && field >= 0) own.set(textOf(tree, field), bareType(textOf(tree, type)));
    }
  }
  return fields;
};

export const readDeclaredTypes = (
  tree: SyntaxTree,
  rowsByShape: readonly (readonly number[])[],
  imports: () => ImportedNames,
  numbers: NumberTypes = {},
): DeclaredTypes => {
  const declarations = new Map<string, Declaration[]>();
  const declare = (name: string, type: string, row: number): void => {
    const known = declarations.get(name);
    const declaration = { type, ...scopeOf(tree, row) };
    if (known === undefined) declarations.set(name, [declaration]);
    else known.push(declaration);
  };
  for (const shape of [shapeCode.variable, shapeCode.parameter, shapeCode.assignment]) {
    for (const row of rowsByShape[shape] ?? []) {
      const named = childIn(tree, row, shape === shapeCode.parameter ? slotCode.name : slotCode.target);
      if (named < 0 || tree.shape[named] !== shapeCode.identifier) continue;
      const typeRow = childIn(tree, row, slotCode.type);
      const valueRow = childIn(tree, row, slotCode.value);
      const written = typeRow < 0 ? undefined : bareType(textOf(tree, typeRow));
      const type =
        written === undefined || written === 'var'
          ? valueRow < 0
            ? undefined
            : (constructedType(tree, valueRow) ?? literalKind(tree, valueRow, numbers))
          : written;
      if (type !== undefined) declare(textOf(tree, named), type, row);
    }
  }
  const fields = readFields(tree, rowsByShape[shapeCode.class_body] ?? []);
  const fieldType = (owner: string | undefined, name: string): string | undefined =>
    owner === undefined ? undefined : fields.get(owner.replace(/^[*&]/, ''))?.get(name);
  const typeOf = (row: number): string | undefined => {
    if (tree.shape[row] === shapeCode.identifier) {
      // The innermost scope that declares the name.
      let best: Declaration | undefined;
      for (const declaration of declarations.get(textOf(tree, row)) ?? []) {
        if (row < declaration.from || row > declaration.to) continue;
        if (best === undefined || declaration.from >= best.from) best = declaration;
      }
      return best?.type;
    }
    if (tree.shape[row] === shapeCode.member) {
      const object = childIn(tree, row, slotCode.object);
      const property = childIn(tree, row, slotCode.property);
      if (object < 0 || property < 0) return undefined;
      if (!/^(?:this|self)$/.test(textOf(tree, object))) return fieldType(typeOf(object), textOf(tree, property));
      const own = (declarations.get(textOf(tree, property)) ?? []).filter(({ from, to }) => row >= from && row <= to);
      return own[0]?.type;
    }
    return constructedType(tree, row) ?? literalKind(tree, row, numbers);
  };
  return {
    typeOf,
    isOfType: (row, type) => {
      const known = typeOf(row);
      if (known === undefined) return false;
      const wanted = bareType(type);
      if (sameType(known, wanted)) return true;
      if (literalTypes.get(known)?.includes(wanted) === true) return true;
      const path = imports().pathOfName(known);
      return path !== undefined && sameType(path.join('.'), wanted);
    },
  };
};
