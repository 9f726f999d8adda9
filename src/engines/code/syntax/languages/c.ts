import type { Language } from '../language.ts';
import { cFrames } from './c-frames.ts';
import { cKinds, cPunctuation } from './c-kinds.ts';
import { cStringContent, rewriteTypeOfC } from './c-text.ts';

export const c: Language = {
  id: 'c',
  aliases: [],
  extensions: ['.c', '.h'],
  grammar: '@repomix/tree-sitter-wasms/out/tree-sitter-c.wasm',
  kinds: cKinds,
  punctuation: new Set(cPunctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: cFrames,
  ellipsis: {
    statement: ['sl_dots_;', 'int sl_dots_;', 'case sl_dots_:'],
    element: ['sl_dots_', 'int sl_dots_'],
  },
  rewritePattern: rewriteTypeOfC,
  stringContent: cStringContent,
};
