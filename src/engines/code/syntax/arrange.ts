/**
 * From the grammar's nodes to the tree everything else reads: wrappers dissolve, a declaration and its one declarator become one row,
 * a node is made for `object.name` where the grammar has none, children get the part they play. One pass in document order with a stack
 * of the nodes that are open, since files nest deeper than calls may.
 */
import { type Columns, appendRow, createColumns } from './columns.ts';
import { type KindRule, type KindTable, slotDropped, slotUnsaid } from './kind-table.ts';
import { shapeCode } from './shape.ts';
import { nodeFlag } from './tree.ts';

/** A grammar node whose children are being placed. */
interface OpenNode {
  /** Last grammar row of it. */
  readonly end: number;
  /** Row its children belong to. */
  readonly owner: number;
  /** True where `owner` ends with this node. */
  readonly closes: boolean;
  /** Kind whose slots hold for the children. */
  readonly kind: number;
  /** Part the dissolved node played, which its children take over; 0: their own. */
  readonly inherited: number;
  /** How many children were placed by their position. */
  position: number;
  /** The child of this grammar row has its row already: {@link owner}. */
  readonly mergedChild: number;
  /** Kinds of which each child becomes a row with copies of `carried`; all others were carried. */
  readonly splitInto?: Uint8Array | undefined;
  readonly carried: readonly Carried[];
  /** Grammar row before which the synthesised node opens, and the last one that belongs to it. */
  synthesisAt: number;
  readonly synthesisEnd: number;
  /** Fields mean what the synthesised node says. */
  readonly inside?: Uint8Array;
}

interface Carried {
  /** A grammar row with its subtree. */
  readonly row: number;
  readonly slot: number;
}

export interface ArrangedRows {
  readonly rows: Columns;
  readonly shape: Uint8Array;
}

const none: readonly Carried[] = [];

export const arrange = (from: Columns, table: KindTable, maxNodes: number): ArrangedRows | 'too_many_nodes' => {
  const to = createColumns(from.size);
  const open: OpenNode[] = [];

  const childrenOf = (row: number): number[] => {
    const children: number[] = [];
    const last = from.last[row] ?? row;
    for (let child = row + 1; child <= last; child = (from.last[child] ?? child) + 1) children.push(child);
    return children;
  };
  const kindOf = (row: number): number => from.kind[row] ?? 0;
  const ruleOf = (row: number): KindRule | undefined => table.rules[kindOf(row)];

  const slotIn = (node: OpenNode, row: number): number => {
    const field = from.part[row] ?? 0;
    if (node.inside !== undefined) return node.inside[field] ?? 0;
    const byField = field === 0 ? slotUnsaid : (table.slotOfField[node.kind * table.fieldCount + field] ?? slotUnsaid);
    if (byField !== slotUnsaid) return byField;
    const rule = table.rules[node.kind];
    if (rule === undefined) return 0;
    const byKind = rule.slotOfKind?.[kindOf(row)] ?? slotUnsaid;
    if (byKind !== slotUnsaid) return byKind;
    if (rule.order !== undefined && ((from.flags[row] ?? 0) & nodeFlag.named) !== 0) {
      const slot = rule.order[node.position] ?? 0;
      node.position += 1;
      return slot;
    }
    return 0;
  };

  const mergeable = (row: number, merges: Uint8Array): number[] => childrenOf(row).filter((child) => merges[kindOf(child)] === 1);

  /** The row a merging node ends up as, through declarations within declarations; undefined where it has several. */
  const mergedInto = (row: number): number | undefined => {
    let at = row;
    while (true) {
      const merges = ruleOf(at)?.merges;
      if (merges === undefined) return at;
      const targets = mergeable(at, merges);
      if (targets.length > 1) return undefined;
      const target = targets[0];
      if (target === undefined) return at;
      at = target;
    }
  };

  const isLeaf = (row: number, rule: KindRule | undefined): boolean => {
    if (from.last[row] === row || rule?.isLeaf === true) return true;
    const unless = rule?.leafUnless;
    return unless !== undefined && !childrenOf(row).some((child) => unless[kindOf(child)] === 1);
  };

  const emit = (row: number, as: number, slot: number, owner: number): number =>
    appendRow(to, kindOf(as), slot, from.flags[as] ?? 0, from.start[row] ?? 0, from.end[row] ?? 0, owner);

  const openNode = (row: number, owner: number, closes: boolean, more: Partial<OpenNode> = {}): void => {
    open.push({
      end: from.last[row] ?? row,
      owner,
      closes,
      kind: kindOf(row),
      inherited: 0,
      position: 0,
      mergedChild: -1,
      carried: none,
      synthesisAt: -1,
      synthesisEnd: -1,
      ...more,
    });
  };

  /** Opens the node so that the stretch of its parts becomes a row of its own, where they are two or more. */
  const openSynthesised = (row: number, owner: number, rule: KindRule): void => {
    const parts = childrenOf(row).filter((child) => rule.synthesis?.isPart[from.part[child] ?? 0] === 1);
    const last = parts.at(-1);
    if (parts.length < 2 || last === undefined) openNode(row, owner, true);
    else openNode(row, owner, true, { synthesisAt: parts[0] ?? -1, synthesisEnd: from.last[last] ?? last });
  };

  /** Places one grammar node; answers the next grammar row to look at. */
  const place = (row: number, slot: number, owner: number, carried: readonly Carried[]): number => {
    const rule = ruleOf(row);
    const next = row + 1;
    const after = (from.last[row] ?? row) + 1;
    if (isLeaf(row, rule) && carried.length === 0) {
      emit(row, row, slot, owner);
      return after;
    }
    if (rule === undefined || carried.length > 0) {
      const made = emit(row, row, slot, owner);
      openNode(row, made, true);
      for (const part of carried) copy(part, made);
      return next;
    }
    if (rule.merges !== undefined) {
      const target = mergedInto(row);
      const child = mergeable(row, rule.merges)[0] ?? -1;
      if (target === undefined) {
        openNode(row, owner, false, { inherited: slot, splitInto: rule.merges, carried: carriedBy(row, rule.merges) });
        return next;
      }
      if (target !== row) {
        openNode(row, emit(row, target, slot, owner), true, { mergedChild: child });
        return next;
      }
    }
    const dissolves = rule.transparent === 'always' || (rule.transparent === 'one_child' && childrenOf(row).length === 1);
    if (dissolves && owner >= 0) {
      openNode(row, owner, false, { inherited: slot });
      return next;
    }
    const made = emit(row, row, slot, owner);
    if (rule.synthesis === undefined) openNode(row, made, true);
    else openSynthesised(row, made, rule);
    return next;
  };

  const carriedBy = (row: number, merges: Uint8Array): Carried[] => {
    const outer = open.at(-1);
    const slots = { ...(outer ?? { end: 0, owner: 0, closes: false }), kind: kindOf(row), position: 0, inside: undefined } as unknown as OpenNode;
    const own = childrenOf(row)
      .filter((child) => merges[kindOf(child)] !== 1)
      .map((child) => ({ row: child, slot: slotIn(slots, child) }));
    return [...(outer?.splitInto === undefined ? none : outer.carried), ...own.filter((part) => part.slot !== slotDropped)];
  };

  /** Copies keep the grammar's nodes as they are: what is carried are modifiers and types. */
  const copy = (part: Carried, owner: number): void => {
    const offset = to.size - part.row;
    const last = from.last[part.row] ?? part.row;
    for (let row = part.row; row <= last && to.size < maxNodes; row += 1) {
      const isRoot = row === part.row;
      const made = emit(row, row, isRoot ? part.slot : 0, isRoot ? owner : (from.parent[row] ?? 0) + offset);
      to.last[made] = (from.last[row] ?? row) + offset;
    }
  };

  let row = 0;
  while (row < from.size || open.length > 0) {
    const node = open.at(-1);
    if (node !== undefined && row > node.end) {
      if (node.closes) to.last[node.owner] = to.size - 1;
      open.pop();
      continue;
    }
    if (to.size >= maxNodes) return 'too_many_nodes';
    if (node === undefined) {
      row = place(row, 0, -1, none);
      continue;
    }
    if (row === node.synthesisAt) {
      const synthesis = table.rules[node.kind]?.synthesis;
      node.synthesisAt = -1;
      if (synthesis !== undefined) {
        const slot = slotIn(node, row);
        const made = appendRow(to, synthesis.kind, slot, nodeFlag.named, from.start[row] ?? 0, endBefore(from, node.synthesisEnd), node.owner);
        openNode(row, made, true, { end: node.synthesisEnd, kind: synthesis.kind, inside: synthesis.slotInside });
      }
      continue;
    }
    if (row === node.mergedChild) {
      const rule = ruleOf(row);
      const child = rule?.merges === undefined ? undefined : mergeable(row, rule.merges)[0];
      openNode(row, node.owner, false, child === undefined ? {} : { mergedChild: child });
      row += 1;
      continue;
    }
    if (node.splitInto !== undefined) {
      if (node.splitInto[kindOf(row)] !== 1) row = (from.last[row] ?? row) + 1;
      else if (ruleOf(row)?.merges !== undefined) row = place(row, node.inherited, node.owner, none);
      else row = place(row, node.inherited, node.owner, node.carried);
      continue;
    }
    const own = slotIn(node, row);
    if (own === slotDropped) row = (from.last[row] ?? row) + 1;
    else row = place(row, node.inherited === 0 ? own : node.inherited, node.owner, none);
  }
  return { rows: to, shape: shapesOf(to, table) };
};

const endBefore = (from: Columns, last: number): number => from.end[last] ?? 0;

const shapesOf = (rows: Columns, table: KindTable): Uint8Array => {
  const shape = new Uint8Array(rows.size);
  for (let row = 0; row < rows.size; row += 1) shape[row] = table.shape[rows.kind[row] ?? 0] ?? 0;
  // A file that is one error all through is still a file.
  shape[0] = shapeCode.program;
  return shape;
};
