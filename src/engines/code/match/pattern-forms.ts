import { type EllipsisForms, ellipsisName } from '../syntax/language.ts';

/** What a bracket of the pattern is expected to hold: declarations have a type before the name where the language has it so. */
export type Held = 'declarations' | 'elements' | 'anything';

export interface OpenBracket {
  /** `<` for a deep expression. */
  readonly opener: string;
  readonly group: number;
  readonly holds: Held;
}

/** Where a `...` stands. */
export interface EllipsisPlace {
  /** Last character before it that says something, '' at the start of the pattern, and whether a line ended after it. */
  readonly before: string;
  readonly lineEnded: boolean;
  /** What follows it. */
  readonly after: string;
  readonly bracket: OpenBracket | undefined;
}

/** Stands for the character before when that was an ellipsis, too. */
export const afterEllipsis = '…';

const bodyOfDefinition =
  /\b(?:class|interface|enum|struct|contract|library|trait|object|impl|protocol|extension)\b[^{};()]*$|\bnew\s+[\w$.<>]+\s*\([^{};]*\)\s*$/;
const bracedElements = /(?:[\]=(,:]|\b(?:import|const|let|var|return))\s*$/;
const bracketOfStatement = /\b(?:if|for|while|switch|synchronized|catch|try|new\s+[\w$.<>]+)\s*$/;

/** Characters around a bracket that a guess looks at. */
const outlook = 500;

const closingOf = (source: string, at: number): number => {
  let depth = 0;
  for (let end = at; end < Math.min(source.length, at + outlook); end += 1) {
    if (source[end] === '(') depth += 1;
    else if (source[end] === ')') depth -= 1;
    if (depth === 0) return end;
  }
  return source.length;
};

/** A guess by what stands around the bracket at `at`. It saves parses; a wrong one costs some. */
export const heldBy = (source: string, at: number): Held => {
  const before = source.slice(Math.max(0, at - outlook), at);
  if (source[at] === '{') {
    if (bracedElements.test(before)) return 'elements';
    return bodyOfDefinition.test(before) ? 'declarations' : 'anything';
  }
  if (source[at] !== '(' || !/[\w$]\s*$/.test(before) || bracketOfStatement.test(before)) return 'anything';
  const isHead =
    /\bfunc\s*[\w$]*\s*$/.test(before) || /^\s*(?:\{|throws\b)/.test(source.slice(closingOf(source, at) + 1, at + 2 * outlook));
  return isHead ? 'declarations' : 'anything';
};

/** `sl_dots_ sl_dots_`: a type and a name. */
const declares = (form: string): boolean => /\w \w/.test(form);

const declaringFirst = (forms: readonly string[]): readonly string[] => [
  ...forms.filter(declares),
  ...forms.filter((form) => !declares(form)),
];

/** The forms a `...` may take there, likeliest first; those with one key in one pattern take the same. */
export const ellipsisForms = (
  { statement, element }: EllipsisForms,
  place: EllipsisPlace,
): { readonly key: string; readonly forms: readonly string[] } => {
  const { before, lineEnded, after, bracket } = place;
  const [, gap = '', next = ''] = /^(\s*)(.?)/s.exec(after) ?? [];
  const operand = { key: 'operand', forms: [ellipsisName] };
  // `a. ... .b`, `... = f()`, `...[0]`
  if (before === '.' || (next !== '' && '=.[('.includes(next) && !gap.includes('\n'))) return operand;
  const startsItem = before === '' || lineEnded || `{};,([|${afterEllipsis}`.includes(before);
  if (!startsItem && !/[):\w$]/.test(before)) return operand;
  const group = bracket?.group ?? -1;
  const inBraces = bracket === undefined || bracket.opener === '{';
  let forms: readonly string[];
  let key = `${group}list`;
  if (!startsItem || before === ':') {
    // The one statement after `if (x)` or `else`, or an expression; statements of a `case` where a line ended.
    key = `${group}${before}${lineEnded ? 'line' : ''}`;
    forms = lineEnded ? [...statement, ...element] : [ellipsisName, ...statement];
  } else if (!inBraces) forms = [...element, ellipsisName];
  else if (bracket?.holds === 'elements') forms = [...element, ...statement];
  else forms = [...statement, ...element];
  if (bracket?.holds === 'declarations') forms = declaringFirst(forms);
  if (next === ';') forms = forms.map((form) => form.replace(/;$/, ''));
  return { key, forms: [...new Set(forms)] };
};
