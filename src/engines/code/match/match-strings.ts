import type { Language } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import { bind, type Environment, noSolution, type Solutions } from './environment.ts';
import type { Constant } from './match.ts';
import type { Matching } from './matching.ts';
import type { Mark } from './pattern-text.ts';

export interface StringRule {
  /** `"..."`, `"$X"`, `"=~/re/"` against a string, or against what is known to be one. */
  readonly matchMarked: (matching: Matching, mark: Mark, target: number, environment: Environment | undefined) => Solutions;
  /** A string of the pattern with that content against a string or a constant. */
  readonly contentOf: (tree: SyntaxTree, row: number) => string | undefined;
}

const constantText = (constant: Constant | undefined): string | undefined => (constant?.kind === 'string' ? constant.value : undefined);

export const createStringRule = (
  language: Language,
  compileRegex: (source: string) => { readonly test: (text: string) => boolean } | undefined,
): StringRule => {
  const contentOf = (tree: SyntaxTree, row: number): string | undefined => {
    if (tree.shape[row] !== shapeCode.string) return undefined;
    const content = language.stringContent(tree, row);
    return content === undefined || content.isInterpolated ? undefined : content.text;
  };
  const regexes = new Map<string, ReturnType<typeof compileRegex>>();
  const regexOf = (source: string): ReturnType<typeof compileRegex> => {
    const known = regexes.get(source);
    if (known !== undefined) return known;
    const made = compileRegex(source);
    regexes.set(source, made);
    return made;
  };
  return {
    contentOf,
    matchMarked: (matching, mark, target, environment) => {
      const { tree } = matching;
      const isString = tree.shape[target] === shapeCode.string;
      const content = isString ? language.stringContent(tree, target) : undefined;
      const isItself = content !== undefined && !content.isInterpolated;
      const constant = isItself || !matching.options.constantPropagation ? undefined : matching.facts.constants().valueOf(target);
      if (mark.kind === 'any_string') {
        if (mark.isTemplate === true) return content?.isTemplate === true ? [environment] : noSolution;
        if (isString && (content?.isInterpolated !== true || content.isAnyString === true)) return [environment];
        // Of a string with values in it, all of them have to be known.
        return constant?.kind === 'string' || constant?.kind === 'some_string' ? [environment] : noSolution;
      }
      const text = content === undefined ? constantText(constant) : content.isInterpolated ? undefined : content.text;
      if (text === undefined) return noSolution;
      if ('isTemplate' in mark && content?.isTemplate !== true) return noSolution;
      if (mark.kind === 'string_regex') return regexOf(mark.source)?.test(text) === true ? [environment] : noSolution;
      if (mark.kind !== 'string_metavariable') return noSolution;
      const start = content?.start ?? tree.start[target] ?? 0;
      const end = content?.end ?? tree.end[target] ?? 0;
      return bind(environment, mark.name, { start, end, text, constant: { kind: 'string', value: text } });
    },
  };
};
