import type { TreeCursor } from 'web-tree-sitter';
import { appendRow, type Columns, createColumns } from './columns.ts';
import type { KindTable } from './kind-table.ts';
import { nodeFlag } from './tree.ts';

/** The grammar's own nodes, without punctuation and comments; `part` is the field. */
export interface GrammarRows {
  readonly rows: Columns;
  readonly comments: { readonly start: number; readonly end: number }[];
}

/** Nodes a table may need for one row; a file that has more than the budget of them is given up. */
const firstCapacity = (characters: number): number => Math.min(1 << 20, 64 + (characters >> 2));

/**
 * One walk over what tree-sitter made. Each step into WASM costs more than all that is done with the answer, so each is taken once and
 * nothing is asked twice. No recursion: files nest as deep as they like.
 */
export const walkTree = (cursor: TreeCursor, table: KindTable, characters: number, maxNodes: number): GrammarRows | 'too_many_nodes' => {
  const rows = createColumns(firstCapacity(characters));
  const comments: { start: number; end: number }[] = [];
  let parent = -1;
  while (true) {
    const id = cursor.nodeTypeId;
    const kind = id < table.errorKind ? id : table.errorKind;
    let row = -1;
    if (table.isPunctuation[kind] === 0) {
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      if (table.isComment[kind] === 1) {
        comments.push({ start, end });
      } else {
        if (rows.size >= maxNodes) return 'too_many_nodes';
        let flags = table.isNamed[kind] === 1 ? nodeFlag.named : 0;
        if (kind === table.errorKind) flags |= nodeFlag.error;
        else if (start === end && cursor.nodeIsMissing) flags |= nodeFlag.missing;
        // The cursor looks for the field through all that is hidden between the two: in a sequence of many, as long as it is.
        const field = parent >= 0 && table.hasFields[rows.kind[parent] ?? 0] === 1 ? cursor.currentFieldId : 0;
        row = appendRow(rows, kind, field, flags, start, end, parent);
      }
    }
    if (row >= 0 && table.isNamed[kind] === 1 && table.rules[kind]?.isLeaf !== true && cursor.gotoFirstChild()) {
      parent = row;
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (parent < 0 || !cursor.gotoParent()) return { rows, comments };
      rows.last[parent] = rows.size - 1;
      parent = rows.parent[parent] ?? -1;
    }
  }
};
