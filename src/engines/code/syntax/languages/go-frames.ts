import { firstOfKind, pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree } from '../tree.ts';

/** The value of the frame's variable, when it is one and the variable is all there is. */
const pickValue = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const variable = childrenOf(tree, 0).at(-1) ?? -1;
  const isOnly = variable > 0 && childrenOf(tree, 0).length === 1 && tree.shape[variable] === shapeCode.variable;
  return { node: isOnly ? childIn(tree, variable, slotCode.value) : -1, take: 'node' };
};

const pickCases =
  (kind: string) =>
  (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
    const node = firstOfKind(tree, kind);
    const first = node < 0 ? undefined : childrenOf(tree, node)[1];
    return { node: first ?? -1, take: 'node' };
  };

/** The grammar takes statements beside declarations, with or without a package clause. */
export const goFrames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '\n', pick: pickExpression },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'value', before: 'var sl_frame_ = ', after: '\n', pick: pickValue },
  { name: 'statements', before: 'func sl_frame_() {\n', after: '\n}\n', pick: pickSlot('function', 'body', 'children') },
  { name: 'statement without body', before: '', after: ' {}\n', pick: pickProgram },
  { name: 'fields', before: 'type sl_frame_ struct {\n', after: '\n}\n', pick: pickKind('field_declaration_list', 'children') },
  { name: 'methods', before: 'type sl_frame_ interface {\n', after: '\n}\n', pick: pickKind('interface_type', 'children') },
  { name: 'switch case', before: 'switch sl_frame_ {\n', after: '\n}\n', pick: pickCases('expression_switch_statement') },
  { name: 'type case', before: 'switch sl_frame_.(type) {\n', after: '\n}\n', pick: pickCases('type_switch_statement') },
  { name: 'pair', before: 'var sl_frame_ = sl_frame_{', after: '}\n', pick: pickKind('keyed_element') },
  { name: 'type', before: 'var sl_frame_ ', after: '\n', pick: pickSlot('variable', 'type', 'node') },
];
