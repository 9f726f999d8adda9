import type { Tree } from 'web-tree-sitter';
import { arrange } from './arrange.ts';
import type { KindTable } from './kind-table.ts';
import { shapeCode } from './shape.ts';
import type { SyntaxTree } from './tree.ts';
import { walkTree } from './walk.ts';

/** Columns of a tree that tree-sitter made. The tree is the caller's to free. */
export const flatten = (source: Tree, text: string, table: KindTable, maxNodes: number): SyntaxTree | 'too_many_nodes' => {
  const cursor = source.walk();
  try {
    const hasErrors = source.rootNode.hasError;
    const walked = walkTree(cursor, table, text.length, maxNodes);
    if (walked === 'too_many_nodes') return walked;
    const rows = arrange(walked.rows, text, table, maxNodes);
    if (rows === 'too_many_nodes') return rows;
    const { size } = rows;
    const shape = new Uint8Array(size);
    for (let row = 0; row < size; row += 1) shape[row] = table.shape[rows.kind[row] ?? 0] ?? 0;
    // A file that is one error all through is still a file.
    shape[0] = shapeCode.program;
    return {
      language: table.language,
      text,
      size,
      kind: rows.kind.slice(0, size),
      shape,
      slot: rows.part.slice(0, size),
      flags: rows.flags.slice(0, size),
      start: rows.start.slice(0, size),
      end: rows.end.slice(0, size),
      parent: rows.parent.slice(0, size),
      last: rows.last.slice(0, size),
      kindNames: table.kindNames,
      comments: walked.comments,
      hasErrors,
    };
  } finally {
    cursor.delete();
  }
};
