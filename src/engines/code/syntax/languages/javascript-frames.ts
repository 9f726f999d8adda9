import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { PatternFrame } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf } from '../tree.ts';

/** `{ a: 1 }` is a record to a rule; a file would begin with a block that has a label. */
const record: PatternFrame = {
  name: 'record',
  before: '(',
  after: ')',
  pick: (tree) => {
    const picked = pickExpression(tree);
    return picked.node >= 0 && tree.shape[picked.node] === shapeCode.record ? picked : { node: -1, take: 'node' };
  },
};

/** `a: 1` is a property to a rule; a file would begin with a label. */
const pair: PatternFrame = {
  name: 'pair',
  before: '({',
  after: '})',
  pick: (tree) => {
    const record = tree.shape.indexOf(shapeCode.record);
    const [only, ...others] = record < 0 ? [] : childrenOf(tree, record);
    // `{ a }` is a pair with one name for both of its parts; the source is no property then.
    const isPair =
      only !== undefined && others.length === 0 && tree.shape[only] === shapeCode.pair && tree.start[only + 1] !== tree.start[only + 2];
    return { node: isPair ? only : -1, take: 'node' };
  },
};

const keywordHead = /^\s*(?:for|while|if|switch|with|catch)\b/;

/** `for (...) { }` could be a method of that name. */
const withoutKeywords =
  (pick: PatternFrame['pick']): PatternFrame['pick'] =>
  (tree) => {
    const picked = pick(tree);
    const first = picked.node < 0 ? 0 : (childrenOf(tree, picked.node)[0] ?? 0);
    return keywordHead.test(tree.text.slice(tree.start[first], tree.end[first])) ? { node: -1, take: 'children' } : picked;
  };

export const javascriptFrames: readonly PatternFrame[] = [
  record,
  pair,
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'expression in brackets', before: '(', after: ')', pick: pickExpression },
  // `return`, `await` and `yield` where a file has none.
  { name: 'statements', before: 'async function* sl_frame_() {', after: '\n}', pick: pickSlot('function', 'body', 'children') },
  { name: 'members', before: 'class sl_frame_ {', after: '\n}', pick: withoutKeywords(pickSlot('class', 'body', 'children')) },
  { name: 'pairs', before: '({', after: '})', pick: withoutKeywords(pickKind('object', 'children')) },
  { name: 'catch', before: 'try {} ', after: '', pick: pickKind('catch_clause') },
  { name: 'finally', before: 'try {} ', after: '', pick: pickKind('finally_clause') },
  { name: 'case', before: 'switch (sl_frame_) {', after: '\n}', pick: pickKind('switch_body', 'children') },
  { name: 'decorator', before: '', after: ' class sl_frame_ {}', pick: pickKind('decorator') },
  { name: 'statement without body', before: '', after: ' {}', pick: pickProgram },
  { name: 'attribute', before: '(<sl_frame_ ', after: '/>)', pick: pickKind('jsx_attribute') },
];

/** For `...`: as a statement or member, and between commas. In a tag it is an attribute of that name. */
export const javascriptEllipsis = {
  statement: ['sl_dots_;', 'sl_dots_'],
  element: ['sl_dots_', 'sl_dots_: sl_dots_', 'sl_dots_;sl_dots_;sl_dots_'],
} as const;
