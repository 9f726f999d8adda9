import { parsePcre } from './pcre-parse.ts';
import type { PcreNode } from './pcre-syntax.ts';

const hasEndlessRepeat = (node: PcreNode): boolean => {
  if (node.type === 'sequence' || node.type === 'choice') return node.items.some(hasEndlessRepeat);
  if (node.type === 'repeat' && node.max === Number.POSITIVE_INFINITY) return true;
  return 'item' in node && hasEndlessRepeat(node.item);
};

const isNestedRepeat = (node: PcreNode): boolean => {
  if (node.type === 'group') return isNestedRepeat(node.item);
  return node.type === 'repeat' && node.max === Number.POSITIVE_INFINITY && hasEndlessRepeat(node.item);
};

/** A repeat of repeats with something behind it that may fail: then every way to share the text among them is tried. */
const mayExplode = (node: PcreNode): boolean => {
  if (node.type === 'sequence')
    return node.items.some((item, index) => mayExplode(item) || (index + 1 < node.items.length && isNestedRepeat(item)));
  if (node.type === 'choice') return node.items.some(mayExplode);
  return 'item' in node && node.type !== 'atomic' && mayExplode(node.item);
};

/** `metavariable-analysis: redos`: whether the text is an expression that takes exponential time on some texts, by its form. */
export const isSlowRegex = (source: string): boolean => {
  const parsed = parsePcre(source, { multiline: false });
  return 'node' in parsed && mayExplode(parsed.node);
};
