import type { Binding, Bindings } from '../match/match.ts';
import type { Condition, Formula } from '../rule/formula.ts';
import { stringOf } from './binding-values.ts';
import type { SearchContext } from './context.ts';
import type { Evaluate } from './scope.ts';
import { unify } from './unify.ts';

type NestedPattern = Condition & { readonly kind: 'metavariable-pattern' };

/** What of the binding is read in another language. Only texts are; `generic` reads any code. */
const pieceOf = (
  binding: Binding,
  language: string,
  context: SearchContext,
): { readonly text: string; readonly start: number } | undefined =>
  stringOf(binding, context) ?? (language === 'generic' ? { text: binding.text, start: binding.start } : undefined);

/** Places of a piece in the file. A text that does not stand there as it is (a constant's value) is at its metavariable's place. */
const translate = (piece: { readonly text: string; readonly start: number }, binding: Binding, file: string) => {
  const isWritten = file.startsWith(piece.text, piece.start);
  return ({ start, end, text, constant }: Binding): Binding => ({
    start: isWritten ? piece.start + start : binding.start,
    end: isWritten ? piece.start + end : binding.end,
    text,
    ...(constant === undefined ? {} : { constant }),
  });
};

const extend = (bindings: Bindings, found: readonly Bindings[]): readonly Bindings[] =>
  found.flatMap((inner) => unify(bindings, inner) ?? []);

const inOtherLanguage = (
  language: string,
  of: Formula,
  binding: Binding,
  context: SearchContext,
  evaluate: Evaluate,
): readonly Bindings[] => {
  const piece = pieceOf(binding, language, context);
  const opened = piece === undefined ? undefined : context.openText(piece.text, language);
  if (piece === undefined || opened === undefined) return [];
  const inFile = translate(piece, binding, context.file.text);
  const found = evaluate(of, { context: opened, isNested: true });
  return found.map((range) => new Map([...range.bindings].map(([name, inner]) => [name, inFile(inner)])));
};

/**
 * Matches of the nested formula in what the metavariable stands for, each as the bindings of both. They must agree where they name the
 * same metavariable. A rule that names a language, be it its own, has the text parsed anew.
 */
export const nestedBindings = (
  { language, of }: NestedPattern,
  binding: Binding,
  bindings: Bindings,
  context: SearchContext,
  evaluate: Evaluate,
): readonly Bindings[] => {
  if (language !== undefined) return extend(bindings, inOtherLanguage(language, of, binding, context, evaluate));
  // Text of a string is no code of the language around it.
  if (binding.tree !== context.file.syntax?.tree) return [];
  const found = evaluate(of, { context, within: { start: binding.start, end: binding.end }, isNested: true });
  return extend(
    bindings,
    found.map((range) => range.bindings),
  );
};
