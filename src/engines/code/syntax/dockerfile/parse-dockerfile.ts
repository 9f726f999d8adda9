import { appendRow, createColumns } from '../columns.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { nodeFlag, type SyntaxTree } from '../tree.ts';
import { readInstructionLines } from './instruction-lines.ts';
import { readInstruction } from './instructions.ts';
import { type DockerfileKind, type DockerfileNode, dockerfileKinds } from './node.ts';

const kindCodes: ReadonlyMap<DockerfileKind, number> = new Map(dockerfileKinds.map((kind, code) => [kind, code]));

const flagsOf = (node: DockerfileNode): number => {
  if (node.kind === 'unknown_instruction') return nodeFlag.named | nodeFlag.error;
  return node.isUnnamed === true ? 0 : nodeFlag.named;
};

/** Columns of a Dockerfile. There is no grammar of it to be had, and it has few rules: line by line, and words within a line. */
export const parseDockerfile = (text: string): SyntaxTree => {
  const { code, instructions, comments } = readInstructionLines(text);
  const columns = createColumns(64 + instructions.length * 8);
  const shapes: number[] = [];
  let hasErrors = false;
  const append = (node: DockerfileNode, parent: number): number => {
    const kind = kindCodes.get(node.kind) ?? 0;
    shapes.push(shapeCode[node.shape ?? 'other']);
    return appendRow(columns, kind, slotCode[node.slot ?? 'none'], flagsOf(node), node.start, node.end, parent);
  };
  /** No recursion: `a && a && a …` nests as deep as it is long. */
  const flatten = (instruction: DockerfileNode): void => {
    const open = [{ node: instruction, row: append(instruction, 0), next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const child = top.node.children?.[top.next++];
      if (child !== undefined) {
        open.push({ node: child, row: append(child, top.row), next: 0 });
        continue;
      }
      columns.last[top.row] = columns.size - 1;
      open.pop();
    }
  };
  append({ kind: 'dockerfile', shape: 'program', start: 0, end: text.length }, -1);
  for (const line of instructions) {
    const instruction = readInstruction({ code, ...line });
    if (instruction.kind === 'unknown_instruction') hasErrors = true;
    flatten(instruction);
  }
  columns.last[0] = columns.size - 1;
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
    hasErrors,
  };
};
