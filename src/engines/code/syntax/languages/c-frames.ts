import { firstOfKind, pickKind, pickProgram } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree } from '../tree.ts';

/** What the frame's function returns, when that is all it does. */
const pickReturned = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const body = firstOfKind(tree, 'compound_statement');
  const [statement, ...more] = body < 0 ? [] : childrenOf(tree, body);
  const isOnly = statement !== undefined && more.length === 0 && tree.shape[statement] === shapeCode.return;
  return { node: isOnly ? childIn(tree, statement, slotCode.value) : -1, take: 'node' };
};

const pickBody = pickKind('compound_statement', 'children');

export const cFrames: readonly PatternFrame[] = [
  { name: 'expression', before: 'int sl_frame_() { return ', after: '; }', pick: pickReturned },
  { name: 'statements', before: 'int sl_frame_() {\n', after: '\n}', pick: pickBody },
  { name: 'statements without last semicolon', before: 'int sl_frame_() {\n', after: ';\n}', pick: pickBody },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'program without last semicolon', before: '', after: ';\n', pick: pickProgram },
  { name: 'statement without body', before: 'int sl_frame_() {\n', after: ' {}\n}', pick: pickBody },
  { name: 'definition without body', before: '', after: ' {}\n', pick: pickProgram },
  { name: 'members', before: 'struct sl_frame_ {\n', after: '\n};', pick: pickKind('field_declaration_list', 'children') },
  { name: 'parameter', before: 'int sl_frame_(', after: ') {}', pick: pickKind('parameter_list', 'children') },
];
