import type { KindSpec, Language } from '../language.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { javascriptEllipsis, javascriptFrames } from './javascript-frames.ts';
import { javascriptImports } from './javascript-imports.ts';
import { commonKinds, fieldSlots, javascriptPunctuation, jsxKinds } from './javascript-kinds.ts';
import { javascriptStringContent } from './javascript-strings.ts';

const kinds: Readonly<Record<string, KindSpec>> = {
  ...commonKinds,
  ...jsxKinds,
  using_declaration: { merges: ['variable_declarator'], slots: { kind: 'modifiers', '#using': 'modifiers', '#await': 'modifiers' } },
  field_definition: { shape: 'variable', slots: fieldSlots },
  assignment_pattern: { shape: 'parameter', slots: { left: 'name', right: 'value' } },
  formal_parameters: {
    shape: 'parameters',
    wraps: { slots: ['none'], except: ['assignment_pattern'], as: 'assignment_pattern', inner: 'name' },
  },
};

export const javascript: Language = {
  id: 'javascript',
  aliases: ['js'],
  extensions: ['.cjs', '.js', '.jsx', '.mjs'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm',
  kinds,
  punctuation: javascriptPunctuation,
  comments: new Set(['comment', 'html_comment', 'hash_bang_line']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: javascriptFrames,
  ellipsis: javascriptEllipsis,
  rewritePattern: rewriteTypeAfter,
  stringContent: javascriptStringContent,
  imports: javascriptImports,
};
