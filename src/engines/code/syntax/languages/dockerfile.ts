import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { pickProgram } from '../frames.ts';
import { ellipsisName, type Language, type PatternFrame } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';

/** A command without its instruction: `apt-get update`; a lone word is that word wherever it stands. */
const pickCommand: PatternFrame['pick'] = (tree) => {
  const line = tree.shape.indexOf(shapeCode.expression_statement);
  const [command] = line < 0 ? [] : childrenOf(tree, line);
  if (command === undefined) return { node: -1, take: 'node' };
  const words = childrenOf(tree, command);
  return { node: words.length === 1 ? (words[0] ?? command) : command, take: 'node' };
};

export const dockerfile: Language = {
  id: 'dockerfile',
  aliases: ['docker'],
  extensions: ['.dockerfile', '.Dockerfile', 'Dockerfile', 'dockerfile', 'Containerfile'],
  grammar: parseDockerfile,
  kinds: {},
  punctuation: new Set(),
  comments: new Set(),
  associative: new Set(),
  frames: [
    { name: 'instructions', before: '', after: '\n', pick: pickProgram },
    { name: 'command', before: 'RUN ', after: '\n', pick: pickCommand },
  ],
  ellipsis: { statement: [ellipsisName], element: [ellipsisName] },
  stringContent: quotedContent,
};
