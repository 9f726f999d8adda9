import { pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree } from '../tree.ts';

/** What the frame's statement returns, when that is all there is. */
const pickReturned = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const isOnly = tree.size > 1 && tree.last[1] === tree.last[0] && tree.shape[1] === shapeCode.return;
  return { node: isOnly ? childIn(tree, 1, slotCode.value) : -1, take: 'node' };
};

export const phpFrames: readonly PatternFrame[] = [
  { name: 'expression', before: '<?php return ', after: ';', pick: pickReturned },
  { name: 'program', before: '<?php\n', after: '', pick: pickProgram },
  { name: 'program without last semicolon', before: '<?php\n', after: ';', pick: pickProgram },
  { name: 'file', before: '', after: '', pick: pickProgram },
  { name: 'members', before: '<?php class sl_frame_ {\n', after: '\n}', pick: pickKind('declaration_list', 'children') },
  { name: 'member without body', before: '<?php class sl_frame_ {\n', after: ' {}\n}', pick: pickKind('declaration_list', 'children') },
  { name: 'definition without body', before: '<?php\n', after: ' {}', pick: pickProgram },
  { name: 'pair', before: '<?php [', after: '];', pick: pickKind('pair') },
  { name: 'catch clause', before: '<?php try {} ', after: '', pick: pickKind('catch_clause') },
  { name: 'cases', before: '<?php switch (sl_frame_) {\n', after: '\n}', pick: pickKind('switch_block', 'children') },
  { name: 'parameter', before: '<?php function sl_frame_(', after: ') {}', pick: pickSlot('function', 'parameters', 'children') },
];
