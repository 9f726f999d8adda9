import { firstOfKind, pickKind, pickProgram } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree, textOf } from '../tree.ts';

/** The value of the frame's variable, when the variable is all there is: not of `f();`, which is a statement. */
const pickValue = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const isOnly = tree.size > 1 && tree.last[1] === tree.last[0] && tree.shape[1] === shapeCode.variable && !/;\s*;$/.test(tree.text);
  return { node: isOnly ? childIn(tree, 1, slotCode.value) : -1, take: 'node' };
};

/** The grammar takes `for (...) { }` for a constructor where it stands in a class. */
const isStatementAfterAll = (tree: SyntaxTree, member: number): boolean => {
  const name = tree.shape[member] === shapeCode.function ? childIn(tree, member, slotCode.name) : -1;
  return name >= 0 && /^(?:catch|do|for|if|switch|synchronized|try|while)$/.test(textOf(tree, name));
};

const pickMembers = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const body = firstOfKind(tree, 'class_body');
  const isWhole = body >= 0 && tree.last[body] !== body && !childrenOf(tree, body).some((member) => isStatementAfterAll(tree, member));
  return { node: isWhole ? body : -1, take: 'children' };
};

/** The grammar takes statements, methods and local variables with modifiers at the top of a file. */
export const javaFrames: readonly PatternFrame[] = [
  { name: 'expression', before: 'Object sl_frame_ = ', after: ';', pick: pickValue },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'program without last semicolon', before: '', after: ';', pick: pickProgram },
  { name: 'catch clause', before: 'try {} ', after: '', pick: pickKind('catch_clause') },
  { name: 'finally clause', before: 'try {} ', after: '', pick: pickKind('finally_clause') },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}', pick: pickMembers },
  { name: 'annotation', before: '', after: '\nclass sl_frame_ {}', pick: pickKind('annotation') },
  { name: 'class without body', before: '', after: ' {}', pick: pickProgram },
  { name: 'member without body', before: 'class sl_frame_ {\n', after: ' {}\n}', pick: pickMembers },
  { name: 'switch cases', before: 'switch (sl_frame_) {\n', after: '\n}', pick: pickKind('switch_block', 'children') },
  { name: 'parameter', before: 'void sl_frame_(', after: ') {}', pick: pickKind('formal_parameters', 'children') },
];
