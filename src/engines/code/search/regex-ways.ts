import { type CodePointSet, contains, normalised } from '../../../lib/code-point-set.ts';
import type { PcreNode } from './pcre-syntax.ts';

/** Longest run of characters of a set in the text at hand. */
export type RunLength = (set: CodePointSet) => number;

const intersects = (left: CodePointSet, right: CodePointSet): boolean => {
  for (let index = 0; index < left.length; index += 2)
    for (let other = 0; other < right.length; other += 2)
      if ((left[index] ?? 0) <= (right[other + 1] ?? 0) && (right[other] ?? 0) <= (left[index + 1] ?? 0)) return true;
  return false;
};

/** What a match of the node can begin with; undefined when it can be empty or that is not known. */
const firstOf = (node: PcreNode): CodePointSet | undefined => {
  switch (node.type) {
    case 'set':
      return node.set;
    case 'group':
    case 'atomic':
      return firstOf(node.item);
    case 'repeat':
      return node.min > 0 ? firstOf(node.item) : undefined;
    case 'sequence': {
      const taken: CodePointSet[] = [];
      for (const item of node.items) {
        if (item.type === 'assert' || item.type === 'look') continue;
        const first = firstOf(item);
        if (first !== undefined) return normalised([...taken, first].flat());
        if (item.type !== 'repeat' || item.item.type !== 'set') return undefined;
        taken.push(item.item.set);
      }
      return undefined;
    }
    case 'choice': {
      const firsts = node.items.map(firstOf);
      return firsts.every((first) => first !== undefined) ? normalised(firsts.flat()) : undefined;
    }
    default:
      return undefined;
  }
};

const areDistinct = (items: readonly PcreNode[]): boolean => {
  const firsts = items.map(firstOf);
  for (let index = 0; index < firsts.length; index += 1) {
    const first = firsts[index];
    if (first === undefined || firsts.slice(index + 1).some((other) => other === undefined || intersects(first, other))) return false;
  }
  return true;
};

/**
 * How many ways a backtracking search may try to match the node from one start, at most: infinite when the number is exponential in the
 * length of the text. An estimate from above that is cheap, not exact.
 */
export const waysOf = (node: PcreNode, run: RunLength): number => {
  switch (node.type) {
    case 'empty':
    case 'assert':
    case 'set':
    case 'backreference':
      return 1;
    case 'group':
    case 'atomic':
    case 'look':
      return waysOf(node.item, run);
    case 'sequence':
      return node.items.reduce((ways, item) => ways * waysOf(item, run), 1);
    case 'choice': {
      const ways = node.items.map((item) => waysOf(item, run));
      return areDistinct(node.items) ? Math.max(...ways) : ways.reduce((sum, one) => sum + one, 0);
    }
    case 'repeat': {
      if (node.max <= 1) return 1 + waysOf(node.item, run);
      const isSet = node.item.type === 'set';
      const longest = node.item.type === 'set' ? run(node.item.set) : run([0, 0x10ffff]);
      const lengths = Math.max(1, Math.min(node.max, longest) - node.min + 1);
      const inner = isSet ? 1 : waysOf(separated(node.item), run);
      return inner === 1 ? lengths : inner ** Math.min(node.max, longest + 1);
    }
  }
};

/**
 * A repeat that ends where something else must follow has one way to end: `(?:\s*,\s*\w+)*`, `(?:[^"\\]|\\.)*`. Runs whose follower
 * cannot be one of their own are taken as fixed within a loop.
 */
const separated = (node: PcreNode): PcreNode => {
  if (node.type === 'group' || node.type === 'atomic') return { ...node, item: separated(node.item) };
  if (node.type !== 'sequence') return node;
  const items = node.items.map((item, index): PcreNode => {
    if (item.type !== 'repeat' || item.item.type !== 'set') return item;
    const set = item.item.set;
    for (let step = 1; step <= node.items.length; step += 1) {
      const next = node.items[(index + step) % node.items.length];
      if (next === undefined) return item;
      const first = firstOf(next);
      if (first !== undefined) return intersects(first, set) ? item : { type: 'set', set };
      if (next.type !== 'repeat' || next.item.type !== 'set' || intersects(next.item.set, set)) return item;
    }
    return item;
  });
  return { type: 'sequence', items };
};

/** Measures runs in one text, each set once. */
export const createRunLength = (text: string): RunLength => {
  const known = new Map<string, number>();
  return (set) => {
    if (set.length === 2 && set[0] === 0 && set[1] === 0x10ffff) return text.length;
    const key = set.join(' ');
    let longest = known.get(key);
    if (longest === undefined) {
      longest = longestRun(text, set);
      known.set(key, longest);
    }
    return longest;
  };
};

const longestRun = (text: string, set: CodePointSet): number => {
  const isAsciiMember = Uint8Array.from({ length: 128 }, (_, point) => (contains(set, point) ? 1 : 0));
  let longest = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Half of a pair counts as a member: from above.
    const isMember = unit < 128 ? isAsciiMember[unit] === 1 : unit >= 0xd800 || contains(set, unit);
    if (isMember) continue;
    longest = Math.max(longest, at - start);
    start = at + 1;
  }
  return Math.max(longest, text.length - start);
};
