import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';

export const rubyFrames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'statement without end', before: '', after: '\nend', pick: pickProgram },
  { name: 'pair', before: 'sl_frame_ = {', after: '}', pick: pickKind('pair') },
  { name: 'arguments', before: 'sl_frame_(', after: ')', pick: pickSlot('call', 'arguments', 'children') },
  { name: 'parameters', before: 'def sl_frame_(', after: '); end', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'rescue clause', before: 'begin\n', after: '\nend', pick: pickKind('rescue') },
  { name: 'when clause', before: 'case sl_frame_\n', after: '\nend', pick: pickKind('when') },
];
