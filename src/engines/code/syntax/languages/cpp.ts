import type { Language } from '../language.ts';
import { c } from './c.ts';
import { cppKinds, cppPunctuation } from './cpp-kinds.ts';

export const cpp: Language = {
  ...c,
  id: 'cpp',
  aliases: ['c++'],
  extensions: ['.cc', '.cpp', '.cxx', '.c++', '.pcc', '.tpp', '.C', '.h', '.hh', '.hpp', '.hxx', '.inl', '.ipp'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm',
  kinds: cppKinds,
  punctuation: new Set(cppPunctuation),
};
