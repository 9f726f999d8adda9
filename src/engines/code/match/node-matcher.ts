import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, isLeaf, nodeFlag, type SyntaxTree, textOf } from '../syntax/tree.ts';
import { isLiteral } from './constants.ts';
import { bind, type Environment, nodeBinding, noSolution, type Solutions } from './environment.ts';
import { matchArguments } from './match-arguments.ts';
import { canImport, matchImportClauses } from './match-import-clauses.ts';
import { matchImportForms } from './match-import-forms.ts';
import { matchImport } from './match-imports.ts';
import { matchInOrder, matchMembers, matchRecord } from './match-lists.ts';
import { matchImportedName, matchMember } from './match-members.ts';
import { matchBinary } from './match-operators.ts';
import { matchParts } from './match-parts.ts';
import { matchBlock } from './match-statements.ts';
import type { StringRule } from './match-strings.ts';
import { andThen, type Matching, type MatchingParts, stepsPerFile } from './matching.ts';
import type { PatternParts } from './pattern-parts.ts';
import type { Mark } from './pattern-text.ts';

/** Deeper than this two trees are not compared: no rule is that long, and the stack has an end. */
const deepestMatch = 400;

const onlyChild = (tree: SyntaxTree, row: number): number => {
  const child = row + 1;
  return tree.last[row] !== row && tree.last[child] === tree.last[row] ? child : -1;
};

/** The next row of an expression: what functions in it do is not part of it. */
const nextWithin = (tree: SyntaxTree, row: number, top: number): number =>
  row !== top && tree.shape[row] === shapeCode.function ? (tree.last[row] ?? row) + 1 : row + 1;

/** `function f(x)` and `function f(x = 1)`: the name a parameter row is about. */
const parameterName = (tree: SyntaxTree, row: number): number =>
  tree.shape[row] === shapeCode.parameter ? childIn(tree, row, slotCode.name) : -1;

/** Where the literal is that a name stands for; the row itself where it is no such name. */
const literalOf = ({ tree, facts, options }: Matching, target: number): number => {
  if (!options.constantPropagation || tree.shape[target] !== shapeCode.identifier) return target;
  const literal = facts.constants().literalAt(target);
  return literal < 0 ? target : literal;
};

const matchTyped = (
  { tree, facts }: Matching,
  { name, type }: Mark & { readonly kind: 'typed' },
  target: number,
  environment: Environment | undefined,
): Solutions => {
  const bound = nodeBinding(tree, target);
  if (!type.startsWith('$')) return facts.types().isOfType(target, type) ? bind(environment, name, bound) : noSolution;
  // `($T $X)`: whatever type it has, known as $T.
  const known = facts.types().typeOf(target);
  if (known === undefined) return noSolution;
  return andThen(bind(environment, type, { start: bound.start, end: bound.end, text: known }), (next) => bind(next, name, bound));
};

/** A type among arguments is no value: `make(..., $SIZE)`. */
const isTypeArgument = (tree: SyntaxTree, row: number): boolean =>
  tree.slot[row] === slotCode.type && tree.shape[tree.parent[row] ?? 0] === shapeCode.arguments;

const matchMarkedNode = (
  matching: Matching,
  strings: StringRule,
  mark: Mark,
  row: number,
  target: number,
  environment: Environment | undefined,
): Solutions => {
  const { tree, pattern } = matching;
  switch (mark.kind) {
    case 'ellipsis':
    case 'ellipsis_metavariable':
      return mark.kind === 'ellipsis' ? [environment] : bind(environment, mark.name, nodeBinding(tree, target));
    case 'metavariable': {
      if (((tree.flags[target] ?? 0) & nodeFlag.named) === 0) return noSolution;
      if (isTypeArgument(tree, target) && !isTypeArgument(pattern, row)) return noSolution;
      const name = parameterName(tree, target);
      const bound = name >= 0 && pattern.shape[row] === shapeCode.identifier ? name : target;
      const scope = matching.facts.scopes().declarationOf(bound);
      return bind(environment, mark.name, scope === undefined ? nodeBinding(tree, bound) : { ...nodeBinding(tree, bound), scope });
    }
    case 'typed':
      return matchTyped(matching, mark, target, environment);
    case 'deep': {
      const inner = onlyChild(pattern, row);
      if (inner < 0) return noSolution;
      const found: (Environment | undefined)[] = [];
      const last = tree.last[target] ?? target;
      for (let at = target; at <= last && matching.spend(); at = nextWithin(tree, at, target)) {
        found.push(...matching.node(inner, at, environment));
      }
      return found;
    }
    default:
      return strings.matchMarked(matching, mark, literalOf(matching, target), environment);
  }
};

/** A literal of the pattern against something constant propagation knows the value of. */
const matchConstant = (matching: Matching, language: Language, strings: StringRule, row: number, target: number): boolean => {
  const { pattern, tree, options } = matching;
  if (!options.constantPropagation) return false;
  const shape = pattern.shape[row];
  if (shape !== shapeCode.string && shape !== shapeCode.literal) return false;
  const value = matching.facts.constants().valueOf(target);
  if (value === undefined || value.kind === 'some_string') return false;
  if (shape === shapeCode.string) {
    const content = strings.contentOf(pattern, row);
    if (value.kind === 'string') return content === value.value;
    return language.quotesAnyLiteral === true && content === textOf(tree, target);
  }
  const text = textOf(pattern, row);
  if (value.kind === 'string') return language.quotesAnyLiteral === true && text === value.value;
  if (value.kind === 'boolean') return text.toLowerCase() === String(value.value);
  return value.kind === 'number' && text.trim() !== '' && Number(text) === value.value;
};

/** Statements that are about one expression, and bodies that are one. */
const canHoldExpression = (tree: SyntaxTree, row: number): boolean => {
  const shape = tree.shape[row];
  return (
    shape === shapeCode.expression_statement ||
    shape === shapeCode.variable ||
    shape === shapeCode.assignment ||
    shape === shapeCode.return ||
    tree.slot[row] === slotCode.body
  );
};

/** `f();` as one of several statements of a pattern holds wherever `f()` is within the statement. */
const matchStatement = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { tree, options } = matching;
  const inner = onlyChild(matching.pattern, row);
  if (inner < 0) return matchParts(matching, row, target, environment);
  if (!canHoldExpression(tree, target)) return noSolution;
  const isWrapped = tree.shape[target] === shapeCode.expression_statement || tree.shape[target] === shapeCode.return;
  const whole = isWrapped ? onlyChild(tree, target) : target;
  if (whole >= 0) {
    const straight = matching.node(inner, whole, environment);
    if (straight.length > 0 || !options.implicitDeepExpressions) return straight;
  }
  if (!options.implicitDeepExpressions || matching.markOf(inner) !== undefined) return noSolution;
  const last = tree.last[target] ?? target;
  for (let at = target + 1; at <= last && matching.spend(); at = nextWithin(tree, at, target)) {
    const within = matching.node(inner, at, environment);
    if (within.length > 0) return within;
  }
  return noSolution;
};

/** `x = 1` against `let x = 1`, `int x = 1`, `x := 1`. */
const matchDefinition = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { pattern, tree } = matching;
  const rows = [childIn(pattern, row, slotCode.target), childIn(pattern, row, slotCode.value)];
  const targets = [childIn(tree, target, slotCode.target), childIn(tree, target, slotCode.value)];
  if ([...rows, ...targets].some((part) => part < 0)) return noSolution;
  // `var a, b = f()` is more than one definition.
  if (childrenOf(tree, target).filter((child) => tree.slot[child] === slotCode.target).length > 1) return noSolution;
  const operator = childIn(pattern, row, slotCode.operator);
  if (operator >= 0 && !/^:?=$/.test(textOf(pattern, operator))) return noSolution;
  return matchInOrder(matching, rows, targets, target, environment);
};

const isSameName = ({ pattern, tree, ignoresCase }: Matching, row: number, target: number): boolean => {
  const wanted = textOf(pattern, row);
  const name = textOf(tree, target);
  return wanted === name || (ignoresCase?.(tree, target) === true && wanted.toLowerCase() === name.toLowerCase());
};

const matchShapes = (
  matching: Matching,
  strings: StringRule,
  row: number,
  target: number,
  environment: Environment | undefined,
): Solutions => {
  const { pattern, tree, options } = matching;
  const shape = pattern.shape[row];
  const targetShape = tree.shape[target];
  if (shape === shapeCode.expression_statement) return matchStatement(matching, row, target, environment);
  if (shape === shapeCode.import && matching.importClauses !== undefined) {
    return canImport(targetShape) ? matchImportClauses(matching, row, target, environment) : noSolution;
  }
  if (shape === shapeCode.member) return matchMember(matching, row, target, environment);
  if (shape !== targetShape) {
    if (shape === shapeCode.block && tree.slot[target] === slotCode.body) return matchBlock(matching, row, target, environment);
    if (targetShape === shapeCode.cast) {
      const value = childIn(tree, target, slotCode.value);
      return value < 0 ? noSolution : matching.node(row, value, environment);
    }
    if (targetShape === shapeCode.type) {
      const bare = childIn(tree, target, slotCode.name);
      return bare < 0 ? noSolution : matching.node(row, bare, environment);
    }
    if (shape === shapeCode.call && targetShape === shapeCode.decorator && options.attributeExpression) {
      return matchParts(matching, row, target, environment);
    }
    if (shape === shapeCode.assignment && targetShape === shapeCode.variable && options.variableAssignment) {
      return matchDefinition(matching, row, target, environment);
    }
    const name = parameterName(tree, target);
    if (name >= 0 && shape === shapeCode.identifier) return matching.node(row, name, environment);
    const ownName = parameterName(pattern, row);
    return ownName >= 0 && targetShape === shapeCode.identifier && onlyChild(pattern, row) === ownName
      ? matching.node(ownName, target, environment)
      : noSolution;
  }
  switch (shape) {
    case shapeCode.identifier:
      return isSameName(matching, row, target) ? [environment] : noSolution;
    case shapeCode.string: {
      const content = strings.contentOf(pattern, row);
      if (content !== undefined) return strings.contentOf(tree, target) === content ? [environment] : noSolution;
      return matchInOrder(matching, matching.childrenOf(row), childrenOf(tree, target), target, environment);
    }
    case shapeCode.arguments:
      return matchArguments(matching, row, target, environment);
    case shapeCode.block:
    case shapeCode.program:
      return matchBlock(matching, row, target, environment);
    case shapeCode.import:
      return matchImportForms(matching, row, target, environment);
    case shapeCode.class_body:
      return matchMembers(matching, row, target, environment);
    case shapeCode.record:
      return matchRecord(matching, row, target, environment);
    case shapeCode.binary:
      return matchBinary(matching, row, target, environment);
    case shapeCode.other:
      if (pattern.kind[row] !== tree.kind[target]) return noSolution;
      break;
    default:
  }
  if (isLeaf(pattern, row)) return isLeaf(tree, target) && textOf(pattern, row) === textOf(tree, target) ? [environment] : noSolution;
  return matchParts(matching, row, target, environment);
};

export interface NodeMatcher {
  readonly matching: Matching;
  readonly isExhausted: () => boolean;
}

/** Compares rows of one pattern with rows of one file. */
export const createNodeMatcher = (
  parts: MatchingParts & {
    readonly language: Language;
    readonly strings: StringRule;
    readonly children: (row: number) => readonly number[];
    readonly parts: (row: number) => PatternParts;
    /** What rows of the pattern go by, where that is said. */
    readonly heads: ReadonlyMap<number, string>;
  },
): NodeMatcher => {
  const { pattern, tree, facts, options, language, strings } = parts;
  let steps = stepsPerFile;
  let depth = 0;
  const compare = (row: number, target: number, environment: Environment | undefined): Solutions => {
    const mark = pattern.marks.get(row);
    if (mark !== undefined) return matchMarkedNode(matching, strings, mark, row, target, environment);
    const straight = matchShapes(matching, strings, row, target, environment);
    if (straight.length > 0) return straight;
    const shape = pattern.tree.shape[row];
    if (shape === shapeCode.import && tree.shape[target] === shape && language.importsByPrefix)
      return matchImport(matching, row, target, environment);
    if (shape === shapeCode.member || shape === shapeCode.identifier) return matchImportedName(matching, row, target, environment);
    if (isLiteral(shape)) {
      const literal = literalOf(matching, target);
      if (literal !== target) return compare(row, literal, environment);
    }
    return matchConstant(matching, language, strings, row, target) ? [environment] : noSolution;
  };
  /** By row of the pattern; 0: anything. */
  const heads = new Int32Array(pattern.tree.size);
  for (const [row, name] of parts.heads) heads[row] = facts.heads().numberOf(name);
  /** By row of the pattern, then by row of the file: not asked yet, may hold, cannot. */
  const answers = new Map<number, Uint8Array>();
  const matching: Matching = {
    pattern: pattern.tree,
    tree,
    facts,
    options,
    associative: language.associative,
    ignoresCase: language.ignoresCase,
    recordsAreWhole: language.recordsAreWhole === true,
    importedPaths: language.importedPaths,
    importClauses: language.importClauses,
    stringOf: strings.contentOf,
    markOf: (row) => pattern.marks.get(row),
    childrenOf: parts.children,
    partsOf: parts.parts,
    node: (row, target, environment) => {
      if (steps-- <= 0 || depth >= deepestMatch) return noSolution;
      const head = heads[row] ?? 0;
      if (head !== 0 && !facts.heads().mayBe(target, head)) return noSolution;
      depth++;
      const solutions = compare(row, target, environment);
      depth--;
      return solutions;
    },
    mayHold: (row, target) => {
      let ofRow = answers.get(row);
      if (ofRow === undefined) {
        ofRow = new Uint8Array(tree.size);
        answers.set(row, ofRow);
      }
      if (ofRow[target] === 0) ofRow[target] = matching.node(row, target, undefined).length > 0 ? 1 : 2;
      return ofRow[target] === 1;
    },
    spend: () => steps-- > 0,
    giveUp: () => {
      steps = 0;
    },
  };
  return { matching, isExhausted: () => steps <= 0 };
};
