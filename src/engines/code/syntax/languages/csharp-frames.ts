import { pickKind, pickProgram } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree } from '../tree.ts';

/** The value of the frame's variable, when the variable is all there is. */
const pickValue = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const isOnly = tree.size > 1 && tree.last[1] === tree.last[0] && tree.shape[1] === shapeCode.variable;
  return { node: isOnly ? childIn(tree, 1, slotCode.value) : -1, take: 'node' };
};

const pickMembers = pickKind('declaration_list', 'children');
const pickBlock = pickKind('block', 'children');

export const csharpFrames: readonly PatternFrame[] = [
  { name: 'expression', before: 'var sl_frame_ = ', after: ';', pick: pickValue },
  // At the top of a file statements stand, too; members with modifiers only in a class.
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'program without last semicolon', before: '', after: ';', pick: pickProgram },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}', pick: pickMembers },
  { name: 'statements', before: 'class sl_frame_ { void sl_frame_() {\n', after: '\n} }', pick: pickBlock },
  { name: 'definition without body', before: '', after: ' {}', pick: pickProgram },
  { name: 'member without body', before: 'class sl_frame_ {\n', after: ' {}\n}', pick: pickMembers },
  { name: 'attribute', before: '', after: '\nclass sl_frame_ {}', pick: pickKind('attribute') },
  { name: 'catch clause', before: 'try {} ', after: '', pick: pickKind('catch_clause') },
  { name: 'cases', before: 'switch (sl_frame_) {\n', after: '\n}', pick: pickKind('switch_body', 'children') },
  { name: 'parameter', before: 'void sl_frame_(', after: ') {}', pick: pickKind('parameter_list', 'children') },
];
