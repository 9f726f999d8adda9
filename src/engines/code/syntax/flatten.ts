import type { Tree } from 'web-tree-sitter';
import { arrange } from './arrange.ts';
import type { KindTable } from './kind-table.ts';
import type { SyntaxTree } from './tree.ts';
import { walkTree } from './walk.ts';

/** Columns of a tree that tree-sitter made. The tree is the caller's to free. */
export const flatten = (source: Tree, text: string, table: KindTable, maxNodes: number): SyntaxTree | 'too_many_nodes' => {
  const cursor = source.walk();
  try {
    const hasErrors = source.rootNode.hasError;
    const walked = walkTree(cursor, table, text.length, maxNodes);
    if (walked === 'too_many_nodes') return walked;
    const arranged = arrange(walked.rows, table, maxNodes);
    if (arranged === 'too_many_nodes') return arranged;
    const { rows, shape } = arranged;
    const { size } = rows;
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
