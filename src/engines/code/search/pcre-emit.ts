import { type CodePointSet, complement } from '../../../lib/code-point-set.ts';
import type { PcreAssertion, PcreNode } from './pcre-syntax.ts';

/** A PCRE2 expression as JavaScript source for flag `u` (texts with surrogate pairs) or none. */
export interface EmittedRegex {
  readonly source: string;
  /** JavaScript's number of each group, by PCRE's: atomic groups take numbers of their own. */
  readonly groups: Int32Array;
}

const lastUnit = 0xffff;

const escapePoint = (point: number, isUnicode: boolean): string => {
  const isAlphanumeric = (point >= 0x30 && point <= 0x39) || ((point | 0x20) >= 0x61 && (point | 0x20) <= 0x7a && point < 0x80);
  if (isAlphanumeric) return String.fromCharCode(point);
  const hex = point.toString(16);
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`;
  if (point <= lastUnit) return `\\u${hex.padStart(4, '0')}`;
  return isUnicode ? `\\u{${hex}}` : '';
};

const classBody = (set: CodePointSet, isUnicode: boolean): string => {
  let body = '';
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    const high = isUnicode ? (set[index + 1] ?? 0) : Math.min(set[index + 1] ?? 0, lastUnit);
    if (low > high) break;
    body += low === high ? escapePoint(low, isUnicode) : `${escapePoint(low, isUnicode)}-${escapePoint(high, isUnicode)}`;
  }
  return body;
};

const emitSet = (set: CodePointSet, isUnicode: boolean): string => {
  if (set.length === 2 && set[0] === set[1]) return escapePoint(set[0] ?? 0, isUnicode) || '[]';
  const rest = complement(set);
  return rest.length < set.length ? `[^${classBody(rest, isUnicode)}]` : `[${classBody(set, isUnicode)}]`;
};

/** JavaScript's own `^` and `$` take more than `\n` for the end of a line. PCRE2 sees no line begin behind the newline that ends a text. */
const assertions: Readonly<Record<PcreAssertion, string>> = {
  'line-start': '(?:(?<=\\n)(?=[^])|(?<![^]))',
  'line-end': '(?![^\\n])',
  'text-start': '(?<![^])',
  'text-end': '(?![^])',
  'last-line-end': '(?=\\n?(?![^]))',
  'word-edge': '\\b',
  'no-word-edge': '\\B',
};

const quantifier = (min: number, max: number): string => {
  if (min === 0 && max === 1) return '?';
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
};

/** Numbers groups as they open; atomic groups capture, too. */
const numberGroups = (root: PcreNode, groups: Int32Array, atomics: Map<PcreNode, number>): void => {
  let next = 0;
  const walk = (node: PcreNode): void => {
    if (node.type === 'sequence' || node.type === 'choice') {
      node.items.forEach(walk);
      return;
    }
    if (node.type === 'group' || node.type === 'atomic') next += 1;
    if (node.type === 'group') groups[node.index] = next;
    if (node.type === 'atomic') atomics.set(node, next);
    if ('item' in node) walk(node.item);
  };
  walk(root);
};

export const emitPcre = (root: PcreNode, groupCount: number, isUnicode: boolean): EmittedRegex => {
  const groups = new Int32Array(groupCount + 1);
  const atomics = new Map<PcreNode, number>();
  numberGroups(root, groups, atomics);

  const emit = (node: PcreNode): string => {
    switch (node.type) {
      case 'empty':
        return '';
      case 'set':
        return emitSet(node.set, isUnicode);
      case 'assert':
        return assertions[node.kind];
      case 'sequence':
        return node.items.map((item) => (item.type === 'choice' ? `(?:${emit(item)})` : emit(item))).join('');
      case 'choice':
        return node.items.map(emit).join('|');
      case 'group':
        return `(${emit(node.item)})`;
      case 'atomic':
        // A look-ahead is never entered again either: what it captured is then taken as it is.
        return `(?:(?=(${emit(node.item)}))\\${atomics.get(node)})`;
      case 'look':
        return `(?${node.behind ? '<' : ''}${node.negated ? '!' : '='}${emit(node.item)})`;
      case 'backreference': {
        const written = `(?:\\${groups[node.index]})`;
        return node.fold ? `(?i:${written})` : written;
      }
      case 'repeat': {
        const isAtom = node.item.type === 'set' || node.item.type === 'group';
        const inner = emit(node.item);
        return `${isAtom ? inner : `(?:${inner})`}${quantifier(node.min, node.max)}${node.lazy ? '?' : ''}`;
      }
    }
  };
  return { source: emit(root), groups };
};
