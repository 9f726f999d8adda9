import { appendRow, createColumns } from '../columns.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { nodeFlag, type SyntaxTree } from '../tree.ts';
import { readInstructionLines } from './instruction-lines.ts';
import { readInstruction } from './instructions.ts';
import { dockerfileKinds, type DockerfileKind, type DockerfileNode } from './node.ts';

const kindCodes: ReadonlyMap<DockerfileKind, number> = new Map(dockerfileKinds.map((kind, code) => [kind, code]));

const flagsOf = (node: DockerfileNode): number => {
  if (node.kind === 'unknown_instruction') return nodeFlag.named | nodeFlag.error;
  return node.isUnnamed === true ? 0 : nodeFlag.named;
};

/** Columns of a Dockerfile. There is no grammar of it to be had, and it has few rules: line by line, and words within a line. */
export const parseDockerfile = (text: string): SyntaxTree => {
  const { code, instructions, comments } = readInstructionLines(text);
  const nodes = instructions.map((line) => readInstruction({ code, ...line }));
  const root: DockerfileNode = { kind: 'dockerfile', shape: 'program', start: 0, end: text.length, children: nodes };
  const columns = createColumns(64 + instructions.length * 8);
  const shapes: number[] = [];
  // No recursion: `a && a && a …` nests as deep as it is long.
  const open: { readonly node: DockerfileNode; readonly row: number; next: number }[] = [];
  const enter = (node: DockerfileNode, parent: number): void => {
    const kind = kindCodes.get(node.kind) ?? 0;
    const row = appendRow(columns, kind, slotCode[node.slot ?? 'none'], flagsOf(node), node.start, node.end, parent);
    shapes.push(shapeCode[node.shape ?? 'other']);
    open.push({ node, row, next: 0 });
  };
  enter(root, -1);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.node.children?.[top.next++];
    if (child !== undefined) {
      enter(child, top.row);
      continue;
    }
    columns.last[top.row] = columns.size - 1;
    open.pop();
  }
  const { size } = columns;
  return {
    language: 'dockerfile',
    text,
    size,
    kind: columns.kind.slice(0, size),
    shape: Uint8Array.from(shapes),
    slot: columns.part.slice(0, size),
    flags: columns.flags.slice(0, size),
    start: columns.start.slice(0, size),
    end: columns.end.slice(0, size),
    parent: columns.parent.slice(0, size),
    last: columns.last.slice(0, size),
    kindNames: dockerfileKinds,
    comments,
    hasErrors: nodes.some(({ kind }) => kind === 'unknown_instruction'),
  };
};
