import type { Language } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import { isLeaf, textOf } from '../syntax/tree.ts';
import type { PatternTree } from './pattern-text.ts';

/**
 * Names and strings a file must hold where the pattern does. A name known by an import stands in the import, a string known by constant
 * propagation where it is assigned, so both are there as written; only strings with escapes may be spelled otherwise.
 */
export const requiredTexts = ({ tree, marks, roots }: PatternTree, language: Language): readonly string[] => {
  const texts = new Set<string>();
  for (const root of roots) {
    const last = tree.last[root] ?? root;
    for (let row = root; row <= last; row++) {
      if (marks.has(row)) {
        if (marks.get(row)?.kind !== 'deep') row = tree.last[row] ?? row;
        continue;
      }
      if (tree.shape[row] === shapeCode.identifier && isLeaf(tree, row)) {
        texts.add(textOf(tree, row));
      } else if (tree.shape[row] === shapeCode.string) {
        const content = language.stringContent(tree, row);
        if (content === undefined || content.isInterpolated) continue;
        if (content.text !== '' && !content.text.includes('\\')) texts.add(content.text);
        row = tree.last[row] ?? row;
      }
    }
  }
  texts.delete('');
  return [...texts];
};
