const indentationOf = (line: string): number => line.length - line.trimStart().length;

const isBlank = (line: string): boolean => line.trim() === '' || line.trimStart().startsWith('#');

/** Where the first key of a sequence item stands: `- name: x` has it two characters on. */
const contentColumn = (line: string): number => indentationOf(line) + (/^(?:-\s+)*/.exec(line.trimStart())?.[0].length ?? 0);

const isItem = (line: string): boolean => /^-(?:\s|$)/.test(line.trimStart());

const isDots = (line: string): boolean => line.trim() === '...';

type Place = 'mapping' | 'sequence' | { readonly valueOf: number };

/** What a line of nothing but `...` stands among: its neighbours in the same block tell, those above first. */
const placeOf = (lines: readonly string[], at: number): Place => {
  const width = indentationOf(lines[at] ?? '');
  let parent = -1;
  for (let above = at - 1; above >= 0 && parent < 0; above--) {
    const line = lines[above] ?? '';
    if (isBlank(line) || isDots(line)) continue;
    const indentation = indentationOf(line);
    if (indentation === width) return isItem(line) ? 'sequence' : 'mapping';
    if (contentColumn(line) === width) return 'mapping';
    if (indentation < width) parent = above;
  }
  for (let below = at + 1; below < lines.length; below++) {
    const line = lines[below] ?? '';
    if (isBlank(line) || isDots(line)) continue;
    const indentation = indentationOf(line);
    if (indentation === width) return isItem(line) ? 'sequence' : 'mapping';
    if (indentation < width) break;
  }
  return parent >= 0 && /:\s*$/.test(lines[parent] ?? '') ? { valueOf: parent } : 'mapping';
};

/**
 * `...` on a line of its own takes the form its block has: an item of a sequence, a pair of a mapping or, where it is all there is, the
 * value of the key above. What the pattern scanner then meets is YAML but for the dots.
 */
export const rewriteYamlPattern = (pattern: string): string => {
  const lines = pattern
    // A block scalar that is one metavariable is any value.
    .replaceAll(/:[ \t]*[|>][+-]?[ \t]*\n\s*(\$[A-Z_][A-Z_0-9]*)\s*(?=\n|$)/g, ': $1')
    // In double quotes a backslash of a regular expression is written twice.
    .replaceAll(/"=~\/.*?\/"/g, (regex) => regex.replaceAll('\\\\', '\\'))
    // The dots of `- ...` with keys below are one of those keys.
    .replaceAll(/^(\s*)- \.\.\.[ \t]*\n(?=\1 {2}\S)/gm, '$1-\n$1  ...\n')
    .split('\n');
  const rewritten = [...lines];
  lines.forEach((line, at) => {
    if (!isDots(line)) return;
    const place = placeOf(lines, at);
    if (place === 'sequence') rewritten[at] = line.replace('...', '- ...');
    else if (typeof place === 'object') {
      rewritten[place.valueOf] = `${(rewritten[place.valueOf] ?? '').trimEnd()} ...`;
      rewritten[at] = '';
    }
  });
  return rewritten.join('\n');
};
