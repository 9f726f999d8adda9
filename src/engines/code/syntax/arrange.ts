/**
 * From the grammar's nodes to the tree everything else reads: wrappers dissolve, a declaration and its one declarator become one row,
 * a node is made for `object.name` where the grammar has none, children get the part they play. What is to be done is in the language's
 * table (`KindSpec`); a stack of open nodes does it in document order, since files nest deeper than calls may.
 */
import { nameKinds } from './becoming.ts';
import { appendRow, type Columns, createColumns } from './columns.ts';
import { type GrammarNodes, readGrammarNodes } from './grammar-nodes.ts';
import { type Filling, type KindRule, type KindTable, type Synthesis, slotDropped } from './kind-table.ts';
import { mergedRange, mergeTarget, othersOf, slotIn } from './merge.ts';
import { type Carried, noCarried, type OpenNode, openNode } from './open-node.ts';
import { nodeFlag } from './tree.ts';

/** Where the first of them starts; beyond every text when there are none. */
const startOfAll = (from: GrammarNodes, carried: readonly Carried[]): number =>
  carried.reduce((start, { node }) => Math.min(start, from.startOf(node)), 0xffffffff);

export const arrange = (grammarRows: Columns, text: string, table: KindTable, maxNodes: number): Columns | 'too_many_nodes' => {
  const from = readGrammarNodes(grammarRows);
  nameKinds(grammarRows, from, table);
  const to = createColumns(from.size);
  const open: OpenNode[] = [];

  /** A row with the kind of the node `as`. */
  const emit = (as: number, slot: number, owner: number, start: number, end: number): number =>
    appendRow(to, table.takenAs[from.kindOf(as)] ?? 0, slot, from.flagsOf(as), start, end, owner);

  /** The children of `node`, and what follows them up to `end`, are to be placed below the row `owner`. */
  const openBelow = (node: number, end: number, owner: number): OpenNode => {
    const opened = openNode(node + 1, end, owner, from.kindOf(node));
    open.push(opened);
    return opened;
  };

  const isPartOf = ({ isPart, isPartOfKind }: Synthesis, child: number): boolean => {
    const field = from.fieldOf(child);
    return field === 0 ? isPartOfKind?.[from.kindOf(child)] === 1 : isPart[field] === 1;
  };

  /** As `openBelow`; a stretch of the children may become a row of its own. */
  const openWithSynthesis = (node: number, end: number, owner: number, synthesis: Synthesis | undefined): OpenNode => {
    const opened = openBelow(node, end, owner);
    if (synthesis === undefined) return opened;
    const parts = from.childrenOf(node).filter((child) => isPartOf(synthesis, child));
    const last = parts.at(-1);
    if (last === undefined || parts.length < synthesis.least) return opened;
    opened.synthesisFrom = parts[0] ?? -1;
    opened.synthesisTo = from.lastOf(last);
    opened.synthesisEndOffset = from.endOf(last);
    return opened;
  };

  const openSynthesised = (parent: OpenNode, { kind, slot, slotInside }: Synthesis): void => {
    const first = parent.synthesisFrom;
    parent.synthesisFrom = -1;
    const row = appendRow(to, kind, slot, nodeFlag.named, from.startOf(first), parent.synthesisEndOffset, parent.owner);
    const opened = openNode(first, parent.synthesisTo, row, kind);
    opened.inside = slotInside;
    open.push(opened);
    parent.next = parent.synthesisTo + 1;
  };

  /** False where the node has no child to merge with. */
  const placeMerging = (
    node: number,
    rule: KindRule,
    merges: Uint8Array,
    slot: number,
    owner: number,
    carried: readonly Carried[],
  ): boolean => {
    const target = mergeTarget(from, table, node);
    if (target === node) return false;
    if (target < 0) {
      const opened = openBelow(node, from.lastOf(node), owner);
      opened.closes = false;
      opened.inherited = slot;
      opened.splits = merges;
      opened.copies = [...carried, ...othersOf(from, table, node, merges)];
      return true;
    }
    const { start, end } = mergedRange(from, table, node, rule);
    const row = emit(target, slot, owner, Math.min(start, startOfAll(from, carried)), end);
    const opened = openWithSynthesis(node, from.lastOf(node), row, rule.synthesis);
    opened.merged = from.first(node, merges);
    opened.before = carried;
    return true;
  };

  const placeDoubled = (node: number, doubles: NonNullable<KindRule['doubles']>, slot: number, owner: number): void => {
    const start = from.startOf(node);
    const end = from.endOf(node);
    const row = appendRow(to, doubles.kind, slot, from.flagsOf(node), start, end, owner);
    for (const child of doubles.children) appendRow(to, child.kind, child.slot, nodeFlag.named, start, end, row);
    to.last[row] = to.size - 1;
  };

  const placeLeaf = (node: number, rule: KindRule | undefined, slot: number, owner: number): void => {
    const start = from.startOf(node);
    const end = from.endOf(node);
    if (rule?.dropBlank === true && text.slice(start, end).trim() === '') return;
    emit(node, slot, owner, start, end);
  };

  const isLeaf = (node: number, rule: KindRule | undefined): boolean => {
    if (from.lastOf(node) === node || rule?.isLeaf === true) return true;
    return rule?.leafUnless !== undefined && from.first(node, rule.leafUnless) < 0;
  };

  const dissolves = (node: number, rule: KindRule | undefined): boolean => {
    switch (rule?.transparent) {
      case 'always':
        return true;
      case 'one_child':
        return from.count(node) === 1;
      case 'first_child':
        return from.lastOf(node - 1) >= node;
      default:
        return false;
    }
  };

  /** Takes what is left of the node around, through what dissolves and through wrappers; answers its last node and where it ends. */
  const takeSiblings = (node: number): { last: number; end: number } => {
    let last = from.lastOf(node);
    for (let depth = open.length - 1; depth >= 0; depth -= 1) {
      const around = open[depth];
      if (around === undefined) break;
      last = Math.max(last, around.end);
      around.next = around.end + 1;
      if (around.closes && around.end >= node) return { last, end: to.end[around.owner] ?? from.endOf(node) };
    }
    return { last, end: from.endOf(node) };
  };

  /** Makes rows for one node of the grammar, or opens it so that they are made. `carried` become its first children. */
  const place = (node: number, slot: number, owner: number, carried: readonly Carried[]): void => {
    const rule = table.rules[from.kindOf(node)];
    if (rule?.doubles !== undefined) {
      placeDoubled(node, rule.doubles, slot, owner);
      return;
    }
    if (rule?.merges !== undefined && placeMerging(node, rule, rule.merges, slot, owner, carried)) return;
    if (carried.length === 0 && isLeaf(node, rule)) {
      // A wrapper with nothing in it: `var` where a type stands.
      if (rule?.transparent === 'always' && !rule.isLeaf && owner >= 0) return;
      placeLeaf(node, rule, slot, owner);
      return;
    }
    if (carried.length === 0 && owner >= 0 && dissolves(node, rule)) {
      const opened = openWithSynthesis(node, from.lastOf(node), owner, rule?.synthesis);
      opened.closes = false;
      opened.inherited = slot;
      return;
    }
    const { last, end } = rule?.takesSiblings === true ? takeSiblings(node) : { last: from.lastOf(node), end: from.endOf(node) };
    const start = carried.length === 0 ? from.startOf(node) : Math.min(from.startOf(node), startOfAll(from, carried));
    openWithSynthesis(node, last, emit(node, slot, owner, start, end), rule?.synthesis).before = carried;
  };

  /** The node, in a wrapper where its parent wants one around it. */
  const placeWrapped = (parent: OpenNode, node: number, slot: number, carried: readonly Carried[]): void => {
    const wraps = table.rules[parent.kind]?.wraps?.find(({ slots, except }) => slots[slot] === 1 && except[from.kindOf(node)] !== 1);
    if (wraps === undefined) {
      place(node, slot, parent.owner, carried);
      return;
    }
    const row = appendRow(to, wraps.kind, slot, nodeFlag.named, from.startOf(node), from.endOf(node), parent.owner);
    // Nothing is left to place in it but the node, on top of it: it closes when that is complete.
    const wrapper = openNode(1, 0, row, wraps.kind);
    open.push(wrapper);
    placeWrapped(wrapper, node, wraps.inner, carried);
  };

  const openMerged = (parent: OpenNode, child: number): void => {
    const rule = table.rules[from.kindOf(child)];
    const opened = openWithSynthesis(child, from.lastOf(child), parent.owner, rule?.synthesis);
    opened.closes = false;
    if (rule?.merges !== undefined) opened.merged = from.first(child, rule.merges);
  };

  const placeChild = (parent: OpenNode, child: number): void => {
    const kind = from.kindOf(child);
    const rule = table.rules[parent.kind];
    if (child === parent.synthesisFrom && rule?.synthesis !== undefined) {
      openSynthesised(parent, rule.synthesis);
      return;
    }
    parent.next = from.lastOf(child) + 1;
    if (child === parent.merged) {
      openMerged(parent, child);
      return;
    }
    if (parent.splits !== undefined) {
      if (parent.splits[kind] === 1) place(child, parent.inherited, parent.owner, parent.copies);
      return;
    }
    const own = slotIn(from, table, parent, child);
    if (own === slotDropped) return;
    if (rule?.attaches?.[kind] === 1 && parent.next <= parent.end) {
      parent.waiting ??= [];
      parent.waiting.push({ node: child, slot: rule.attachedSlot });
      return;
    }
    const slot = parent.inherited === 0 ? own : parent.inherited;
    if (rule?.inlines?.[kind] === 1) {
      const opened = openBelow(child, from.lastOf(child), parent.owner);
      opened.closes = false;
      opened.inherited = slot;
      return;
    }
    if (rule?.fills !== undefined && slot !== 0) fill(parent.owner, rule.fills, endOfChildren(parent.owner), slot);
    const carried = parent.waiting ?? noCarried;
    parent.waiting = undefined;
    placeWrapped(parent, child, slot, carried);
  };

  /** All children of the row are there. */
  const complete = (row: number): void => {
    fill(row, table.rules[to.kind[row] ?? 0]?.fills, to.end[row] ?? 0);
    to.last[row] = to.size - 1;
  };

  const fill = (row: number, fills: readonly Filling[] | undefined, offset: number, before?: number): void => {
    for (const { slot, kind, before: place } of fills ?? []) {
      if (before !== undefined && before !== place) continue;
      if (!hasChildIn(row, slot)) appendRow(to, kind, slot, nodeFlag.named, offset, offset, row);
    }
  };

  /** Where the children placed so far end; where the row starts, if there are none. */
  const endOfChildren = (row: number): number => {
    const last = to.size - 1;
    return (last > row ? to.end[last] : to.start[row]) ?? 0;
  };

  const hasChildIn = (row: number, slot: number): boolean => {
    for (let child = row + 1; child < to.size; child = (to.last[child] ?? child) + 1) if (to.part[child] === slot) return true;
    return false;
  };

  if (from.size > 0) place(0, 0, -1, noCarried);
  while (true) {
    const node = open.at(-1);
    if (node === undefined) return to;
    if (to.size > maxNodes) return 'too_many_nodes';
    const before = node.before[node.beforePlaced];
    if (before !== undefined) {
      node.beforePlaced += 1;
      place(before.node, before.slot, node.owner, noCarried);
    } else if (node.next <= node.end) {
      placeChild(node, node.next);
    } else {
      if (node.closes) complete(node.owner);
      open.pop();
    }
  }
};
