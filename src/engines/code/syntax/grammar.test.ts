import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrammars, type OpenGrammar, type ParseBudget } from './grammar.ts';
import { javascript } from './languages/javascript.ts';
import { python } from './languages/python.ts';
import { languageEntries } from './languages.ts';
import { shapeCode } from './shape.ts';
import { nodeFlag, type SyntaxTree, textOf } from './tree.ts';

const { signal } = new AbortController();
const roomy: ParseBudget = { maxCharacters: 2_000_000, maxNodes: 2_000_000, isSpent: () => false };
const depth = 100_000;
const grammars = createGrammars();
let py: OpenGrammar;
let js: OpenGrammar;
beforeAll(async () => {
  py = await grammars.open(python, { signal });
  js = await grammars.open(javascript, { signal });
});
afterAll(() => {
  grammars.close();
});

const parse = (grammar: OpenGrammar, text: string, budget: ParseBudget = roomy): SyntaxTree => {
  const outcome = grammar.parse(text, budget);
  if ('problem' in outcome) throw new Error(outcome.detail);
  return outcome.tree;
};

/** What the columns promise: a parent before its children, subtrees in one stretch, no child beyond its parent. */
const unsoundRows = (tree: SyntaxTree): number[] => {
  const rows: number[] = [];
  if (tree.size === 0 || tree.parent[0] !== -1 || tree.last[0] !== tree.size - 1) rows.push(0);
  for (let row = 1; row < tree.size; row += 1) {
    const parent = tree.parent[row] ?? -1;
    const last = tree.last[row] ?? 0;
    if (parent < 0 || parent >= row || last < row || last > (tree.last[parent] ?? 0)) rows.push(row);
  }
  return rows;
};

describe('what a file may cost', () => {
  it('a text that is too long is not parsed', () => {
    expect(py.parse('x = 1', { ...roomy, maxCharacters: 4 })).toMatchObject({ problem: 'too_large', detail: expect.stringContaining('5') });
  });
  it('a parse that takes too long is stopped, and the next one starts afresh', () => {
    expect(py.parse('x = f(1)\n'.repeat(5_000), { ...roomy, isSpent: () => true })).toMatchObject({ problem: 'out_of_time' });
    expect(parse(py, 'y').size).toBe(3);
  });
  it('a tree of too many nodes is given up', () => {
    expect(py.parse('f(1)\n'.repeat(100), { ...roomy, maxNodes: 100 })).toMatchObject({ problem: 'too_many_nodes' });
  });
  it('copies count as nodes: a declaration cannot grow a file without bound', () => {
    const many = `export const ${Array.from({ length: 500 }, (_, at) => `a${at}`).join(', ')};`;
    expect(js.parse(many, { ...roomy, maxNodes: 1_200 })).toMatchObject({ problem: 'too_many_nodes' });
    expect(parse(js, many).shape.filter((shape) => shape === shapeCode.variable)).toHaveLength(500);
  });
});

describe('hostile files', () => {
  it.each([
    ['brackets', '['.repeat(depth) + ']'.repeat(depth)],
    ['brackets that stay open', '['.repeat(depth)],
    ['brackets that were never open', ')'.repeat(depth)],
    ['calls', 'f('.repeat(depth) + ')'.repeat(depth)],
    ['operators', `1${'+1'.repeat(depth)}`],
    ['members', `a${'.b'.repeat(depth)}`],
    ['bytes that are no text', '\0\u0001\ufffd\ud800'.repeat(5_000)],
    ['nothing', ''],
    ['one long string', `"${'x'.repeat(1_000_000)}"`],
  ])('%s', (_, text) => {
    expect(unsoundRows(parse(js, text))).toEqual([]);
  });
  it('branches of one if, each of which is in the else of the one before', () => {
    const tree = parse(py, `if a: b\n${'elif a: b\n'.repeat(20_000)}`);
    expect(unsoundRows(tree)).toEqual([]);
    expect(tree.shape.filter((shape) => shape === shapeCode.if)).toHaveLength(20_001);
  });
  it('blocks', () => {
    expect(unsoundRows(parse(js, '{'.repeat(depth) + '}'.repeat(depth)))).toEqual([]);
  });
});

describe('files that do not parse whole', () => {
  it('the rest is there, and what is wrong is marked', () => {
    const tree = parse(py, 'before(1)\nx = = )\nafter(2)\n');
    expect(unsoundRows(tree)).toEqual([]);
    expect(tree.hasErrors).toBe(true);
    expect(tree.flags.some((flags) => (flags & nodeFlag.error) !== 0)).toBe(true);
    const calls = Array.from(tree.shape.keys()).filter((row) => tree.shape[row] === shapeCode.call);
    expect(calls.map((row) => textOf(tree, row))).toEqual(['before(1)', 'after(2)']);
  });
  it('a file that is one error is a program still', () => {
    const tree = parse(js, '((((');
    expect([tree.hasErrors, tree.shape[0]]).toEqual([true, shapeCode.program]);
  });
});

describe('offsets', () => {
  it('count UTF-16 units, and comments are kept beside the tree', () => {
    const text = '# gr\u00fc\u00dfe \u{1f600}\nx = "\u{1f600}"  # end';
    const tree = parse(py, text);
    expect(tree.comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# gr\u00fc\u00dfe \u{1f600}', '# end']);
    expect(textOf(tree, tree.size - 1)).toBe('"\u{1f600}"');
  });
});

describe('every grammar', () => {
  it.each(languageEntries.flatMap(({ tables }) => tables.map((table) => [table.id, table] as const)))(
    '%s is there and has every kind its table names',
    async (_, table) => {
      const grammar = await grammars.open(await table.load(), { signal });
      expect(unsoundRows(parse(grammar, ''))).toEqual([]);
    },
  );
  it('is opened once', async () => {
    expect(await grammars.open(python, { signal })).toBe(py);
  });
});
