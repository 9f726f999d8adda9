import type { Binding, Constant } from '../match/match.ts';
import { shapeCode } from '../syntax/shape.ts';
import type { ComparisonValue } from './comparison-parse.ts';
import type { SearchContext } from './context.ts';

/** What a binding is worth: its own literal, or what constant propagation knows. */
export const constantOf = (binding: Binding, { file, options }: SearchContext): Constant | undefined => {
  if (binding.constant !== undefined) return binding.constant;
  const { syntax } = file;
  if (binding.node === undefined || syntax === undefined || syntax.tree !== binding.tree) return undefined;
  if ((binding.lastNode ?? binding.node) !== binding.node) return undefined;
  const shape = syntax.tree.shape[binding.node];
  if (!options.constantPropagation && shape !== shapeCode.string && shape !== shapeCode.literal) return undefined;
  return syntax.facts.constants().valueOf(binding.node);
};

/** Numbers as source code writes them: bases, separators, the suffixes of their types, octal by a leading zero. */
const numberLiteral =
  /^([-+]?)\s*(?:(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|0[0-7_]+|\d[\d_]*)([uUlLnN]*)|((?:\d[\d_]*\.[\d_]*|\.\d[\d_]*|\d[\d_]*(?=[eE]))(?:[eE][-+]?\d+)?)[fFdDmM]?)$/;

export const readNumber = (text: string): ComparisonValue | undefined => {
  const match = numberLiteral.exec(text.trim());
  if (match === null) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  const digits = match[2]?.replaceAll('_', '');
  if (digits === undefined) return { kind: 'float', value: sign * Number((match[4] ?? '').replaceAll('_', '')) };
  return { kind: 'int', value: sign * Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits) };
};

/** The value a comparison reckons with; undefined where none is known. A text that is no syntax is a string. */
export const comparisonValue = (binding: Binding, context: SearchContext): ComparisonValue | undefined => {
  if (binding.node !== undefined) {
    const number = readNumber(binding.text);
    if (number !== undefined) return number;
    if (/^(?:[Tt]rue|[Ff]alse|TRUE|FALSE)$/.test(binding.text)) return { kind: 'boolean', value: /^t/i.test(binding.text) };
  }
  const constant = constantOf(binding, context);
  switch (constant?.kind) {
    case 'string':
    case 'boolean':
      return constant;
    case 'number':
      return { kind: Number.isInteger(constant.value) ? 'int' : 'float', value: constant.value };
    default:
      return binding.node === undefined ? { kind: 'string', value: binding.text } : undefined;
  }
};

/** The characters of a string literal with where they stand, or those of a binding that is text already. */
export const stringOf = (binding: Binding, { file }: SearchContext): { readonly text: string; readonly start: number } | undefined => {
  if (binding.node === undefined) return { text: binding.text, start: binding.start };
  const { syntax } = file;
  if (syntax === undefined || syntax.tree !== binding.tree || syntax.tree.shape[binding.node] !== shapeCode.string) return undefined;
  const content = syntax.language.stringContent(syntax.tree, binding.node);
  return content === undefined || content.isInterpolated ? undefined : { text: content.text, start: content.start };
};
