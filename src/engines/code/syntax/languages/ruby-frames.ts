import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';

/** The grammar takes an `end` that ends nothing for a name. */
const pickEnded = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> =>
  childrenOf(tree, 0).length === 1 ? pickProgram(tree) : { node: -1, take: 'node' };

export const rubyFrames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'statement without end', before: '', after: '\nend', pick: pickEnded },
  { name: 'pair', before: 'sl_frame_ = {', after: '}', pick: pickKind('pair') },
  { name: 'arguments', before: 'sl_frame_(', after: ')', pick: pickSlot('call', 'arguments', 'children') },
  { name: 'parameters', before: 'def sl_frame_(', after: '); end', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'rescue clause', before: 'begin\n', after: '\nend', pick: pickKind('rescue') },
  { name: 'when clause', before: 'case sl_frame_\n', after: '\nend', pick: pickKind('when') },
];
