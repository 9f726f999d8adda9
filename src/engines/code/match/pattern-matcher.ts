import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, nodeFlag, type SyntaxTree, textOf } from '../syntax/tree.ts';
import { bindingsKey } from './bindings-key.ts';
import { type Environment, toBindings } from './environment.ts';
import { headRow } from './head-names.ts';
import type { Match } from './match.ts';
import { flattenStatements, matchSequence } from './match-statements.ts';
import { createStringRule } from './match-strings.ts';
import { type Matching } from './matching.ts';
import { createNodeMatcher } from './node-matcher.ts';
import { readPatternParts } from './pattern-parts.ts';
import type { PatternTree } from './pattern-text.ts';
import { isEllipsis } from './pattern-tree.ts';
import { requiredTexts } from './required-texts.ts';
import type { PatternMatcher, SourceFile } from './source-file.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

type Facts = NonNullable<SourceFile['syntax']>['facts'];

/** Shapes a pattern of that shape can also hold for, by imports, constants and definitions. */
const alsoShapes = (shape: number): readonly number[] => {
  switch (shape) {
    case shapeCode.member:
      return [shapeCode.identifier];
    case shapeCode.call:
      return [shapeCode.decorator];
    case shapeCode.assignment:
    case shapeCode.import:
      return [shapeCode.variable];
    case shapeCode.string:
    case shapeCode.literal:
      return [shapeCode.identifier, shapeCode.member, shapeCode.binary];
    case shapeCode.identifier:
      return [shapeCode.parameter];
    default:
      return [];
  }
};

/** An expression `x = 1` holds for `let x = 1` from its name on. */
const startOf = (matching: Matching, root: number, row: number): number => {
  const { pattern, tree } = matching;
  const isDefinition = pattern.shape[root] === shapeCode.assignment && tree.shape[row] === shapeCode.variable;
  const target = isDefinition ? childIn(tree, row, slotCode.target) : -1;
  return tree.start[target >= 0 && tree.shape[target] === shapeCode.identifier ? target : row] ?? 0;
};

/** Rows a single-node pattern can hold for; undefined: any. */
const candidatesOf = (pattern: PatternTree, root: number, facts: Facts): readonly (readonly number[])[] | undefined => {
  const mark = pattern.marks.get(root);
  if (mark !== undefined) {
    if (mark.kind === 'any_string' || mark.kind === 'string_metavariable' || mark.kind === 'string_regex') {
      return [shapeCode.string, ...alsoShapes(shapeCode.string)].map((shape) => facts.rowsOfShape(shape));
    }
    return undefined;
  }
  const shape = pattern.tree.shape[root] ?? 0;
  if (shape === shapeCode.other) return [facts.rowsOfKind(pattern.tree.kind[root] ?? 0)];
  if (shape === shapeCode.expression_statement) {
    return [shapeCode.expression_statement, shapeCode.variable, shapeCode.assignment, shapeCode.return].map((each) =>
      facts.rowsOfShape(each),
    );
  }
  return [shape, ...alsoShapes(shape)].map((each) => facts.rowsOfShape(each));
};

/** What is no code of its own: operators, names of members, keys, types. A bare metavariable does not stand for it. */
const isExpressionPlace = (tree: SyntaxTree, row: number): boolean => {
  if (((tree.flags[row] ?? 0) & nodeFlag.named) === 0 || row === 0) return false;
  const shape = tree.shape[row];
  if (shape === shapeCode.arguments || shape === shapeCode.parameters || shape === shapeCode.class_body || shape === shapeCode.block)
    return false;
  const slot = tree.slot[row];
  return slot !== slotCode.property && slot !== slotCode.operator && slot !== slotCode.name && slot !== slotCode.type;
};

/** The path of an import is no string of the program. */
const isImportPath = (tree: SyntaxTree, row: number): boolean =>
  tree.shape[row] === shapeCode.string && tree.shape[tree.parent[row] ?? 0] === shapeCode.import;

const isWithin = (tree: SyntaxTree, row: number, range: Range | undefined): boolean =>
  range === undefined || ((tree.start[row] ?? 0) >= range.start && (tree.end[row] ?? 0) <= range.end);

/** What a metavariable stands for is looked at by itself, be it a name of a member. */
const isAll = (tree: SyntaxTree, row: number, range: Range | undefined): boolean =>
  range !== undefined && tree.start[row] === range.start && tree.end[row] === range.end;

const findNodes = (
  matching: Matching,
  pattern: PatternTree,
  root: number,
  within: Range | undefined,
  add: (row: number, environment: Environment | undefined) => void,
): void => {
  const { tree, facts } = matching;
  const lists = candidatesOf(pattern, root, facts);
  if (lists !== undefined) {
    const isName = matching.pattern.shape[root] === shapeCode.identifier;
    for (const rows of lists)
      for (const row of rows)
        if (
          isWithin(tree, row, within) &&
          !isImportPath(tree, row) &&
          (!isName || isExpressionPlace(tree, row) || isAll(tree, row, within))
        )
          for (const found of matching.node(root, row, undefined)) add(row, found);
    return;
  }
  for (let row = 0; row < tree.size; row++) {
    if (!isExpressionPlace(tree, row) || !isWithin(tree, row, within)) continue;
    for (const found of matching.node(root, row, undefined)) add(row, found);
  }
};

/** Lists of statements a pattern of several can hold in. */
const statementLists = (matching: Matching, within: Range | undefined): number[] =>
  [shapeCode.program, shapeCode.block, shapeCode.class_body]
    .flatMap((shape) => matching.facts.rowsOfShape(shape))
    .filter(
      (row) => within === undefined || ((matching.tree.end[row] ?? 0) > within.start && (matching.tree.start[row] ?? 0) < within.end),
    );

const findSequences = (
  matching: Matching,
  pattern: PatternTree,
  within: Range | undefined,
  add: (range: Range, environment: Environment | undefined) => void,
): void => {
  const { tree } = matching;
  const rows = pattern.roots;
  const first = rows[0];
  const opensWithDots = first !== undefined && isEllipsis(pattern.marks.get(first));
  const hasDots = rows.some((row) => isEllipsis(pattern.marks.get(row)));
  for (const list of statementLists(matching, within)) {
    const statements = childrenOf(tree, list).filter((row) => isWithin(tree, row, within));
    let flat: readonly number[] | undefined;
    for (let from = 0; from < (opensWithDots ? Math.min(1, statements.length) : statements.length); from++) {
      const first = statements[from] ?? list;
      if (!opensWithDots && !matching.mayHold(rows[0] ?? 0, first)) continue;
      const start = tree.start[first] ?? 0;
      const addThrough = (last: number, environment: Environment | undefined): void =>
        add({ start, end: Math.max(tree.end[last] ?? 0, tree.end[first] ?? 0) }, environment);
      for (const { environment, lastIndex } of matchSequence(matching, rows, statements, from, false, undefined)) {
        addThrough(statements[Math.max(lastIndex, from)] ?? first, environment);
      }
      if (!hasDots) continue;
      flat ??= flattenStatements(matching, statements);
      const flatFrom = flat.length - statements.length === 0 ? -1 : flat.indexOf(first);
      if (flatFrom < 0 || flat.length - flatFrom === statements.length - from) continue;
      for (const { environment, lastIndex } of matchSequence(matching, rows, flat, flatFrom, false, undefined)) {
        // What is matched within a statement ends with that statement.
        const last = flat[Math.max(lastIndex, flatFrom)] ?? first;
        addThrough(statements.findLast((row) => row <= last) ?? last, environment);
      }
    }
  }
};

const byPlace = (one: Match, other: Match): number => one.start - other.start || one.end - other.end;

/** In order of place; of those at one place each set of bindings once. */
const distinct = (matches: readonly Match[]): readonly Match[] => {
  if (matches.length < 2) return matches;
  const kept: Match[] = [];
  let keys: Set<string> | undefined;
  for (const match of matches.toSorted(byPlace)) {
    const previous = kept.at(-1);
    if (previous === undefined || byPlace(previous, match) !== 0) keys = undefined;
    else {
      // Most places hold one match: what it binds is written out when there is a second.
      keys ??= new Set([bindingsKey(previous.bindings)]);
      const key = bindingsKey(match.bindings);
      if (keys.has(key)) continue;
      keys.add(key);
    }
    kept.push(match);
  }
  return kept;
};

const onceForEach = <T>(make: (row: number) => T): ((row: number) => T) => {
  const made = new Map<number, T>();
  return (row) => {
    let value = made.get(row);
    if (value === undefined) {
      value = make(row);
      made.set(row, value);
    }
    return value;
  };
};

/** Names that rows of the pattern go by, written out; those of languages that are loose about names are left to the comparison itself. */
const headsOf = ({ tree, marks }: PatternTree, { ignoresCase }: Language): ReadonlyMap<number, string> => {
  const heads = new Map<number, string>();
  if (ignoresCase !== undefined) return heads;
  for (let row = 0; row < tree.size; row++) {
    if (marks.has(row)) continue;
    const head = headRow(tree, row);
    const callee = childIn(tree, row, slotCode.callee);
    if (head >= 0 && !marks.has(head) && !marks.has(callee)) heads.set(row, textOf(tree, head));
  }
  return heads;
};

/** Makes a pattern ready to be looked for. */
export const createPatternMatcher = (
  pattern: PatternTree,
  language: Language,
  compileRegex: (source: string) => { readonly test: (text: string) => boolean } | undefined,
): PatternMatcher => {
  const strings = createStringRule(language, compileRegex);
  const children = onceForEach((row) => childrenOf(pattern.tree, row));
  const parts = onceForEach((row) => readPatternParts(pattern, children(row)));
  const heads = headsOf(pattern, language);
  return {
    required: requiredTexts(pattern, language),
    find: (file, options, within) => {
      if (file.syntax === undefined) return [];
      const { tree, facts } = file.syntax;
      const { matching, isExhausted } = createNodeMatcher({ pattern, tree, facts, options, language, strings, children, parts, heads });
      const matches: Match[] = [];
      const add = (range: Range, environment: Environment | undefined): void => {
        matches.push({ start: range.start, end: range.end, bindings: toBindings(environment) });
      };
      const root = pattern.roots[0];
      if (root === undefined) return [];
      if (pattern.roots.length > 1) findSequences(matching, pattern, within, add);
      else
        findNodes(matching, pattern, root, within, (row, environment) =>
          add({ start: startOf(matching, root, row), end: tree.end[row] ?? 0 }, environment),
        );
      if (isExhausted()) file.onExhausted();
      return distinct(matches);
    },
  };
};
