import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';

/** Every statement of the frame's function is the pattern's, so a lone `return`, `yield` or `await` reads as well. */
export const pythonFrames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  // Heads whose body the pattern leaves out: `def f(...):`, `if $X:`.
  { name: 'statement without body', before: '', after: '\n  sl_dots_', pick: pickProgram },
  { name: 'statement without colon', before: '', after: ':\n  sl_dots_', pick: pickProgram },
  { name: 'decorator', before: '', after: '\ndef sl_dots_(): sl_dots_', pick: pickKind('decorator') },
  { name: 'except clause', before: 'try:\n  sl_dots_\n', after: '', pick: pickKind('except_clause') },
  { name: 'parameter', before: 'def sl_dots_(', after: '): sl_dots_', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: 'sl_dots_: ', after: '', pick: pickKind('type') },
];
