import { type CodePointSet, caseFolded } from '../../../lib/code-point-set.ts';
import { anyCharacter, bracketClass, escapedCharacter, escapedClass, noNewline, verticalSpace } from './pcre-characters.ts';
import {
  failPcre,
  nextPoint,
  type PcreAssertion,
  type PcreCursor,
  type PcreFlags,
  type PcreNode,
  type PcreRegex,
  take,
} from './pcre-syntax.ts';

/** How deep groups may nest, and the most a count may ask for: PCRE2's own limits. */
const maxDepth = 250;
const maxRepeat = 65535;
/** Nodes of an expression with its counted repeats written out; PCRE2 refuses what compiles to more than 64 kB. */
const maxSourceLength = 50_000;

const emptyNode: PcreNode = { type: 'empty' };
const simpleAssertions: Readonly<Record<string, PcreAssertion>> = {
  b: 'word-edge',
  B: 'no-word-edge',
  A: 'text-start',
  Z: 'last-line-end',
  z: 'text-end',
};

const createParser = (source: string, initial: PcreFlags) => {
  const cursor: PcreCursor = { source, at: 0 };
  const names = new Map<string, number>();
  let flags = initial;
  let depth = 0;
  let groupCount = 0;
  let highestReference = 0;
  /** References by name may stand before their group. */
  const pendingNames: { readonly name: string; readonly node: { index: number } }[] = [];

  const setNode = (set: CodePointSet): PcreNode => ({ type: 'set', set });
  const literal = (point: number): PcreNode => setNode(flags.fold ? caseFolded([point, point]) : [point, point]);
  const atomic = (item: PcreNode): PcreNode => ({ type: 'atomic', item });

  const referenceByNumber = (index: number): PcreNode => {
    highestReference = Math.max(highestReference, index);
    return { type: 'backreference', index, fold: flags.fold };
  };

  const referenceByName = (name: string): PcreNode => {
    const node = { type: 'backreference' as const, index: 0, fold: flags.fold };
    pendingNames.push({ name, node });
    return node;
  };

  const reference = (): PcreNode | undefined => {
    const relative = take(cursor, /g(?:\{([-+])(\d{1,4})\}|([-+])(\d{1,4}))/y);
    if (relative !== null) {
      const distance = Number(relative[2] ?? relative[4]);
      const index = (relative[1] ?? relative[3]) === '-' ? groupCount + 1 - distance : groupCount + distance;
      return index > 0 ? referenceByNumber(index) : failPcre('reference to a group that does not exist');
    }
    const numbered = take(cursor, /g\{(\d{1,4})\}|g(\d{1,4})|([1-9])(?!\d)/y);
    if (numbered !== null) return referenceByNumber(Number(numbered[1] ?? numbered[2] ?? numbered[3]));
    const named = take(cursor, /(?:k\{(\w+)\}|k<(\w+)>|k'(\w+)'|g\{([A-Za-z_]\w*)\})/y);
    if (named !== null) return referenceByName(named[1] ?? named[2] ?? named[3] ?? named[4] ?? '');
    // Two digits and more: a reference if so many groups stand before it, an octal code otherwise.
    const many = /[1-9]\d{1,3}/y;
    many.lastIndex = cursor.at;
    const digits = many.exec(source)?.[0];
    if (digits === undefined || Number(digits) > groupCount) return undefined;
    cursor.at += digits.length;
    return referenceByNumber(Number(digits));
  };

  const escape = (): PcreNode => {
    const letter = source[cursor.at] ?? failPcre('\\ at the end');
    const assertion = simpleAssertions[letter];
    if (assertion !== undefined) {
      cursor.at += 1;
      return { type: 'assert', kind: assertion };
    }
    if (letter === 'E') {
      cursor.at += 1;
      return emptyNode;
    }
    if (letter === 'R') {
      cursor.at += 1;
      const pair: PcreNode = { type: 'sequence', items: [setNode([13, 13]), setNode([10, 10])] };
      return atomic({ type: 'choice', items: [pair, setNode(verticalSpace)] });
    }
    if ('GKXC'.includes(letter)) failPcre(`\\${letter} is not supported`);
    const known = reference();
    if (known !== undefined) return known;
    const set = escapedClass(cursor);
    if (set !== undefined) return setNode(flags.fold ? caseFolded(set) : set);
    return literal(escapedCharacter(cursor));
  };

  /** Up to the closing bracket. Flags set inside end with it. */
  const body = (inner: PcreFlags): PcreNode => {
    depth += 1;
    if (depth > maxDepth) failPcre('groups nest too deep');
    const outer = flags;
    flags = inner;
    const item = choice();
    if (source[cursor.at] !== ')') failPcre('missing )');
    cursor.at += 1;
    flags = outer;
    depth -= 1;
    return item;
  };

  const capture = (name?: string): PcreNode => {
    groupCount += 1;
    const index = groupCount;
    if (name !== undefined) {
      if (names.has(name)) failPcre(`two groups are named ${name}`);
      names.set(name, index);
    }
    return { type: 'group', item: body(flags), index };
  };

  const look = (behind: boolean, negated: boolean): PcreNode => ({ type: 'look', item: body(flags), behind, negated });

  const withOptions = (base: PcreFlags, on: string, off: string): PcreFlags => {
    const value = (flag: string, current: boolean): boolean => (off.includes(flag) ? false : on.includes(flag) || current);
    return {
      fold: value('i', base.fold),
      multiline: value('m', base.multiline),
      dotAll: value('s', base.dotAll),
      extended: value('x', base.extended),
      swapLazy: value('U', base.swapLazy),
      namedOnly: value('n', base.namedOnly),
    };
  };

  /** Behind an opening bracket. */
  const group = (): PcreNode => {
    if (source.startsWith('*', cursor.at)) return failPcre('verbs are not supported');
    if (source[cursor.at] !== '?') return flags.namedOnly ? body(flags) : capture();
    cursor.at += 1;
    const named = take(cursor, /P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'/y);
    if (named !== null) return capture(named[1] ?? named[2]);
    const opening = take(cursor, /<=|<!|[=!:>]|#[^)]*\)|P=(\w+)\)/y);
    switch (opening?.[0]?.slice(0, 2)) {
      case ':':
        return body(flags);
      case '>':
        return atomic(body(flags));
      case '=':
      case '!':
        return look(false, opening?.[0] === '!');
      case '<=':
      case '<!':
        return look(true, opening?.[0] === '<!');
      case 'P=':
        return referenceByName(opening?.[1] ?? '');
      case undefined:
        break;
      default:
        return emptyNode;
    }
    const options = take(cursor, /(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/y);
    if (options === null) return failPcre(`group (?${source.slice(cursor.at, cursor.at + 2)} is not supported`);
    const base =
      options[1] === '^' ? { ...initial, fold: false, multiline: false, dotAll: false, extended: false, namedOnly: false } : flags;
    const next = withOptions(base, options[2] ?? '', options[3] ?? '');
    if (options[4] === ':') return body(next);
    flags = next;
    return emptyNode;
  };

  const atom = (): PcreNode => {
    const point = nextPoint(cursor);
    switch (String.fromCodePoint(point)) {
      case '(':
        return group();
      case '[':
        return setNode(bracketClass(cursor, flags.fold));
      case '\\':
        return escape();
      case '.':
        return setNode(flags.dotAll ? anyCharacter : noNewline);
      case '^':
        return { type: 'assert', kind: flags.multiline ? 'line-start' : 'text-start' };
      case '$':
        return { type: 'assert', kind: flags.multiline ? 'line-end' : 'last-line-end' };
      case '*':
      case '+':
      case '?':
        return failPcre('nothing to repeat');
      default:
        return literal(point);
    }
  };

  const skipExtended = (): void => {
    while (flags.extended && take(cursor, /\s+|#[^\n]*/y) !== null) continue;
  };

  const bounds = (): readonly [number, number] | undefined => {
    skipExtended();
    const match = take(cursor, /[*+?]|\{(\d{1,5})(,?)(\d{0,5})\}/y);
    if (match === null) return undefined;
    if (match[1] === undefined) return [match[0] === '+' ? 1 : 0, match[0] === '?' ? 1 : Number.POSITIVE_INFINITY];
    const min = Number(match[1]);
    const max = match[3] !== '' ? Number(match[3]) : match[2] === '' ? min : Number.POSITIVE_INFINITY;
    // `{1}2`-like digits without a comma cannot match here; what is left is a count that makes no sense.
    return max >= min && min <= maxRepeat ? [min, max] : failPcre(`invalid repeat count ${match[0]}`);
  };

  const repeated = (item: PcreNode): PcreNode => {
    const range = bounds();
    if (range === undefined) return item;
    const [min, max] = range;
    const mark = take(cursor, /[?+]/y)?.[0];
    const node: PcreNode = { type: 'repeat', item, min, max, lazy: (mark === '?') !== flags.swapLazy && mark !== '+' };
    return item.type === 'empty' ? item : mark === '+' ? atomic(node) : node;
  };

  const sequence = (): PcreNode => {
    const items: PcreNode[] = [];
    for (skipExtended(); cursor.at < source.length && source[cursor.at] !== '|' && source[cursor.at] !== ')'; skipExtended()) {
      const quoted = take(cursor, /\\Q([^]*?)(?:\\E|$)/y);
      if (quoted === null) {
        items.push(repeated(atom()));
        continue;
      }
      // A repeat behind a quotation speaks of its last character.
      const characters = Array.from(quoted[1] ?? '', (char) => literal(char.codePointAt(0) ?? 0));
      const last = characters.pop();
      items.push(...characters, ...(last === undefined ? [] : [repeated(last)]));
    }
    const kept = items.filter((item) => item.type !== 'empty');
    return kept.length === 1 ? (kept[0] ?? emptyNode) : kept.length === 0 ? emptyNode : { type: 'sequence', items: kept };
  };

  const choice = (): PcreNode => {
    const items = [sequence()];
    while (source[cursor.at] === '|') {
      cursor.at += 1;
      items.push(sequence());
    }
    return items.length === 1 ? (items[0] ?? emptyNode) : { type: 'choice', items };
  };

  return (): PcreRegex => {
    if (source.length > maxSourceLength) failPcre('longer than 50,000 characters');
    take(cursor, /(?:\(\*(?:UTF8?|ANYCRLF|LF)\))+/y);
    const node = choice();
    if (cursor.at < source.length) failPcre('unmatched )');
    for (const pending of pendingNames) pending.node.index = names.get(pending.name) ?? failPcre(`no group is named ${pending.name}`);
    if (highestReference > groupCount) failPcre('reference to a group that does not exist');
    return { node, groupCount, names };
  };
};

/** `multiline`: `^` and `$` hold at every line, as in `pattern-regex`. */
export const parsePcre = (source: string, options: { readonly multiline: boolean }): PcreRegex | { readonly problem: string } => {
  const initial: PcreFlags = {
    fold: false,
    multiline: options.multiline,
    dotAll: false,
    extended: false,
    swapLazy: false,
    namedOnly: false,
  };
  try {
    return createParser(source, initial)();
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message };
    throw error;
  }
};
