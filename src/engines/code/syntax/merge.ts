/** What a node and its children have to do with each other before rows are made of them. */
import type { GrammarNodes } from './grammar-nodes.ts';
import { type KindRule, type KindTable, slotDropped, slotUnsaid } from './kind-table.ts';
import { type Carried, type OpenNode, openNode } from './open-node.ts';
import { slotCode } from './shape.ts';
import { nodeFlag } from './tree.ts';

/** Slot of a child; to be asked once for each, in order: some slots go by position. */
export const slotIn = (from: GrammarNodes, table: KindTable, parent: OpenNode, child: number): number => {
  const field = from.fieldOf(child);
  if (parent.inside !== undefined) return parent.inside[field] ?? 0;
  const byField = field === 0 ? slotUnsaid : (table.slotOfField[parent.kind * table.fieldCount + field] ?? slotUnsaid);
  if (byField !== slotUnsaid) return byField;
  const rule = table.rules[parent.kind];
  if (rule === undefined) return 0;
  const byKind = rule.slotOfKind?.[from.kindOf(child)] ?? slotUnsaid;
  if (byKind !== slotUnsaid) return byKind;
  if (rule.order === undefined || (from.flagsOf(child) & nodeFlag.named) === 0) return 0;
  const slot = rule.order[parent.position] ?? 0;
  parent.position += 1;
  return slot;
};

/** Children with their slots; dropped ones and those of `kinds` are left out. */
export const othersOf = (from: GrammarNodes, table: KindTable, node: number, kinds: Uint8Array): Carried[] => {
  const parent = openNode(0, 0, 0, from.kindOf(node));
  return from
    .childrenOf(node)
    .map((child) => ({ node: child, slot: slotIn(from, table, parent, child) }))
    .filter(({ node: child, slot }) => slot !== slotDropped && kinds[from.kindOf(child)] !== 1);
};

/** The node whose kind a merging one takes, through declarations within declarations; -1 where there are several to choose from. */
export const mergeTarget = (from: GrammarNodes, table: KindTable, node: number): number => {
  let at = node;
  while (true) {
    const merges = table.rules[from.kindOf(at)]?.merges;
    const count = merges === undefined ? 0 : from.count(at, merges);
    if (count > 1) return -1;
    // A wrapper around nothing to merge with stays one: `*a` as a declarator, where `*f()` is a function's.
    if (merges !== undefined && count === 0 && table.rules[from.kindOf(at)]?.transparent !== 'no') return node;
    if (merges === undefined || count === 0) return at;
    at = from.first(at, merges);
  }
};

/**
 * Start and end of a merged row. It ends with the last child that is no dropped token (not with a `;`), seen through declarations within declarations; it
 * starts with the node (`var x`: the keyword is not kept, and yet where the declaration starts) or, where modifiers stand outside, with
 * the first child that is none.
 */
export const mergedRange = (from: GrammarNodes, table: KindTable, node: number, rule: KindRule): { start: number; end: number } => {
  let start = rule.modifiersOutside ? -1 : from.startOf(node);
  let at = node;
  while (table.rules[from.kindOf(at)]?.merges !== undefined) {
    const parent = openNode(0, 0, 0, from.kindOf(at));
    let kept = -1;
    for (const child of from.childrenOf(at)) {
      const slot = slotIn(from, table, parent, child);
      const isToken = (from.flagsOf(child) & nodeFlag.named) === 0;
      if ((slot === slotDropped && isToken) || (rule.modifiersOutside && slot === slotCode.modifiers)) continue;
      if (start < 0) start = from.startOf(child);
      kept = child;
    }
    if (kept < 0) break;
    at = kept;
  }
  return { start: start < 0 ? from.startOf(node) : start, end: from.endOf(at) };
};
