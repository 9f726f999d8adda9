import { readBlocks } from './text-blocks.ts';
import { isWord, readTokens, type TextTokens, tokenText } from './text-tokens.ts';

export type GenericNode =
  /** A word or sign that has to be there. */
  | { readonly kind: 'literal'; readonly text: string }
  /** `$X`: one word. */
  | { readonly kind: 'metavariable'; readonly name: string }
  /** `...` or, with a name, `$...X`. `spans` of them in a row reach that many times as far. */
  | { readonly kind: 'dots'; readonly name?: string; readonly spans: number }
  /** Lines further in: they have to be a whole block of the text. */
  | { readonly kind: 'block'; readonly nodes: readonly GenericNode[] };

export interface GenericPattern {
  readonly nodes: readonly GenericNode[];
  /** Words that every text it holds in has. */
  readonly words: readonly string[];
  /** Some metavariable stands in it twice: whether a part matches then depends on what came before. */
  readonly refersBack: boolean;
}

/** The matcher goes as deep as a pattern is long. */
const mostNodes = 2_000;

const metavariable = /\$(\.\.\.)?([A-Z]\w*)|\.+/y;

/** Metavariables and dots are cut out first: put back as one private-use character each, they are signs of their own. */
const firstPlaceholder = 0xe000;

interface Placeholders {
  readonly text: string;
  readonly nodes: readonly GenericNode[];
}

const cutOut = (source: string): Placeholders => {
  const nodes: GenericNode[] = [];
  let text = '';
  let at = 0;
  const put = (node: GenericNode): void => {
    text += String.fromCharCode(firstPlaceholder + nodes.length);
    nodes.push(node);
  };
  while (at < source.length) {
    metavariable.lastIndex = at;
    const found = metavariable.exec(source);
    const whole = found?.[0] ?? source[at] ?? '';
    const name = found?.[2];
    if (nodes.length >= mostNodes) text += whole;
    else if (name !== undefined && found?.[1] !== undefined) put({ kind: 'dots', name: `$...${name}`, spans: 1 });
    else if (name !== undefined) put({ kind: 'metavariable', name: `$${name}` });
    else if (whole === '...') put({ kind: 'dots', spans: 1 });
    else text += whole;
    at += whole.length;
  }
  return { text, nodes };
};

const isDots = (node: GenericNode | undefined): node is Extract<GenericNode, { kind: 'dots' }> => node?.kind === 'dots';

/** Dots in a row are one that reaches further. Before a name there can be none: nobody could say which takes what. */
const joinDots = (nodes: readonly GenericNode[]): readonly GenericNode[] | { readonly problem: string } => {
  const joined: GenericNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (isDots(node) && isDots(last) && node.name !== undefined)
      return { problem: `nothing stands between ${last.name ?? '...'} and ${node.name}` };
    if (!isDots(node) || !isDots(last) || last.name !== undefined) {
      joined.push(node);
      continue;
    }
    joined[joined.length - 1] = { kind: 'dots', spans: last.spans + 1 };
  }
  return joined;
};

const nodeOf = (tokens: TextTokens, token: number, placeholders: readonly GenericNode[]): GenericNode => {
  const text = tokenText(tokens, token);
  return placeholders[text.charCodeAt(0) - firstPlaceholder] ?? { kind: 'literal', text };
};

/** Reads a pattern as the text it is about is read, but for brackets: only lines further in make a block. */
export const readGenericPattern = (source: string): GenericPattern | { readonly problem: string } => {
  const { text, nodes: placeholders } = cutOut(source);
  const tokens = readTokens(text);
  if (tokens.size === 0) return { problem: 'the pattern is empty' };
  if (tokens.size > mostNodes) return { problem: `the pattern has ${tokens.size} words and signs, more than ${mostNodes}` };
  const { endsAt } = readBlocks(tokens, 'lines');
  const build = (from: number, to: number, skipped: number): readonly GenericNode[] | { readonly problem: string } => {
    const nodes: GenericNode[] = [];
    for (let token = from; token < to; token++) {
      // The blocks around `from` itself begin here as well: those are the ones being built.
      const end = (endsAt.get(token) ?? [])[token === from ? skipped : 0];
      if (end === undefined) {
        nodes.push(nodeOf(tokens, token, placeholders));
        continue;
      }
      const inner = build(token, end, token === from ? skipped + 1 : 1);
      if ('problem' in inner) return inner;
      nodes.push({ kind: 'block', nodes: inner });
      token = end - 1;
    }
    return joinDots(nodes);
  };
  const nodes = build(0, tokens.size, 1);
  if ('problem' in nodes) return nodes;
  const words: string[] = [];
  const names: string[] = [];
  for (let token = 0; token < tokens.size; token++) {
    const node = nodeOf(tokens, token, placeholders);
    if (node.kind === 'literal' && isWord(tokens, token)) words.push(node.text);
    else if ('name' in node && node.name !== undefined) names.push(node.name);
  }
  return { nodes, words: [...new Set(words)], refersBack: new Set(names).size < names.length };
};
