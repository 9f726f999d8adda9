import type { Binding, Match } from '../match/match.ts';
import type { Formula } from '../rule/formula.ts';
import { applyConditions } from './conditions.ts';
import type { SearchContext } from './context.ts';
import { distinctRanges, intersectRanges, type Range, subtractRanges } from './ranges.ts';
import type { SearchRegex } from './regex.ts';
import type { Evaluate, Scope } from './scope.ts';

const byPlace = (left: Match, right: Match): number => left.start - right.start || left.end - right.end;

const regexRanges = (regex: SearchRegex, { context, within }: Scope): Range[] => {
  const { file } = context;
  const text = within === undefined ? file.text : file.text.slice(within.start, within.end);
  const base = within?.start ?? 0;
  return regex.findAll(text, file.onExhausted).map((match) => {
    const bindings = new Map<string, Binding>();
    match.groups.forEach((span, index) => {
      const binding: Binding =
        span === undefined
          ? { start: base + match.start, end: base + match.start, text: '' }
          : { start: base + span[0], end: base + span[1], text: text.slice(span[0], span[1]) };
      bindings.set(`$${index + 1}`, binding);
    });
    for (const [name, index] of regex.groupNames) {
      const binding = match.groups[index - 1] === undefined ? undefined : bindings.get(`$${index}`);
      if (binding !== undefined) bindings.set(`$${name}`, binding);
    }
    return { start: base + match.start, end: base + match.end, bindings, kind: 'regex' };
  });
};

const isName = (source: string): boolean => /^\s*[A-Za-z_]\w*\s*$/.test(source);

type Place = Pick<Match, 'start' | 'end'>;

/** `pattern: $X` holds everywhere: it is looked for only where the rest of the formula holds already. */
const isAnything = (source: string): boolean => /^\s*\$[A-Z_][A-Z_0-9]*\s*$/.test(source);

/** Index of the first match that starts at `start` or behind. */
const firstFrom = (matches: readonly Match[], start: number): number => {
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
};

const asRanges = (matches: readonly Match[]): Range[] =>
  matches.map(({ start, end, bindings }) => ({ start, end, bindings, kind: 'pattern' }));

/** Ranges not within another of them. */
const outermost = (ranges: readonly Place[]): Place[] => {
  const outer: Place[] = [];
  for (const range of [...ranges].sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = outer.at(-1);
    if (last === undefined || range.end > last.end) outer.push(range);
  }
  return outer;
};

const anythingWithin = (source: string, ranges: readonly Place[], { context }: Scope): Range[] => {
  const matcher = context.matcherOf(source, context.language);
  if (matcher === undefined) return [];
  const found = outermost(ranges).flatMap(({ start, end }) => matcher.find(context.file, context.options, { start, end }));
  return distinctRanges(asRanges(found));
};

const patternRanges = (source: string, scope: Scope): Range[] => {
  const { context, within } = scope;
  if (within === undefined) return asRanges(context.matchesOf(source));
  // A name that a metavariable stands for is looked at by itself, be it that of a member, which in the file is none of its own.
  if (isAnything(source) || isName(source)) return anythingWithin(source, [within], scope);
  const matches = context.matchesOf(source);
  const ranges: Match[] = [];
  for (let index = firstFrom(matches, within.start); index < matches.length; index += 1) {
    const match = matches[index];
    if (match === undefined || match.start > within.end) break;
    if (match.end <= within.end) ranges.push(match);
  }
  return asRanges(ranges);
};

/** Regexes are cheapest, then patterns found for other rules as well, then what is made of several. */
const costOf = (formula: Formula): number => {
  if (formula.kind === 'regex') return 0;
  if (formula.kind === 'pattern') return isAnything(formula.source) ? 4 : 1;
  if (formula.kind === 'inside') return 1 + costOf(formula.of);
  return 3;
};

const focusRanges = (ranges: readonly Range[], focus: readonly (readonly string[])[]): readonly Range[] => {
  let current = ranges;
  for (const names of focus) {
    current = distinctRanges(
      current.flatMap((range) =>
        names.flatMap((name) => {
          const binding = range.bindings.get(name);
          if (binding === undefined) return [];
          if (binding.start >= range.start && binding.end <= range.end) return [{ ...range, start: binding.start, end: binding.end }];
          return range.start >= binding.start && range.end <= binding.end ? [range] : [];
        }),
      ),
    );
  }
  return current;
};

type AllFormula = Formula & { readonly kind: 'all' };

/** Ranges at which every positive part holds. */
const positiveRanges = (formula: AllFormula, scope: Scope): readonly Range[] => {
  const parts = formula.of.filter(({ kind }) => kind !== 'not').sort((left, right) => costOf(left) - costOf(right));
  const onLimit = scope.context.file.onExhausted;
  let current: readonly Range[] | undefined;
  for (const part of parts) {
    if (current?.length === 0) return current;
    const found: readonly Range[] =
      current !== undefined && part.kind === 'pattern' && isAnything(part.source)
        ? anythingWithin(part.source, current, scope)
        : evaluateIn(part, scope);
    current = current === undefined ? found : intersectRanges(current, found, onLimit);
  }
  if (current !== undefined) return current;
  if (!scope.isNested) return [];
  const { start, end } = scope.within ?? { start: 0, end: scope.context.file.text.length };
  return [{ start, end, bindings: new Map(), kind: 'pattern' }];
};

const allRanges = (formula: AllFormula, scope: Scope): readonly Range[] => {
  const onLimit = scope.context.file.onExhausted;
  let current = positiveRanges(formula, scope);
  for (const part of formula.of) {
    if (current.length === 0) return current;
    if (part.kind === 'not') current = subtractRanges(current, evaluateIn(part.of, scope), onLimit);
  }
  if (current.length > 0) current = applyConditions(current, formula.where, scope, evaluateIn);
  return focusRanges(current, formula.focus);
};

const evaluateIn: Evaluate = (formula, scope) => {
  switch (formula.kind) {
    case 'pattern':
      return patternRanges(formula.source, scope);
    case 'regex': {
      const regex = scope.context.expressions.regexOf(formula.source, 'search');
      return regex === undefined ? [] : regexRanges(regex, scope);
    }
    case 'inside':
      return evaluateIn(formula.of, scope).map((range) => ({ ...range, kind: 'inside' }));
    case 'any': {
      const [only, ...others] = formula.of;
      if (only !== undefined && others.length === 0) return evaluateIn(only, scope);
      return distinctRanges(formula.of.flatMap((part) => evaluateIn(part, scope)));
    }
    case 'all':
      return allRanges(formula, scope);
    case 'not':
      // Only `all` knows what to take it from.
      return [];
  }
};

/** Where a rule's formula holds in the file of the context. */
export const evaluate = (formula: Formula, context: SearchContext): readonly Match[] =>
  [...evaluateIn(formula, { context, isNested: false })].sort(byPlace).map(({ start, end, bindings }) => ({ start, end, bindings }));
