import { describe, expect, it } from 'vitest';
import { parseRequirements, problemsOf, requirementCount } from './requirements-table.ts';

const row = (number: number, state = 'planned', proof = ''): string => `| ${number} | capability ${number} | ${state} | ${proof} |`;
const table = (changes: Readonly<Record<number, string>> = {}): string =>
  [
    '| # | capability | state | proof |',
    '|---|---|---|---|',
    ...Array.from({ length: requirementCount }, (_, index) => changes[index + 1] ?? row(index + 1)),
  ].join('\n');

const files: Readonly<Record<string, string>> = {
  'src/a.test.ts': `it('does it', () => {}); it("doesn't", () => {}); it.each([1])('counts $n', () => {});`,
  'docs/adr/0001-x.md': '# x',
};
const problems = (changes: Readonly<Record<number, string>> = {}): readonly string[] =>
  problemsOf(parseRequirements(table(changes)), (path) => files[path]);

describe('requirements table', () => {
  it('accepts rows whose proofs exist', () => {
    const proof = "`src/a.test.ts › does it`, `src/a.test.ts › doesn't`, `src/a.test.ts › counts $n`, [ADR](adr/0001-x.md)";
    expect(problems({ 3: row(3, 'done', proof), 4: row(4, 'partial (issue 2)', '`src/a.test.ts`') })).toEqual([]);
  });

  it.each([
    ['a test that is not there', row(5, 'done', '`src/a.test.ts › does it not`'), 'has no test named "does it not"'],
    ['a file that is not there', row(5, 'partial', '`src/b.test.ts › does it`'), 'src/b.test.ts does not exist'],
    ['a decision that is not there', row(5, 'planned', '[ADR](adr/0002-y.md)'), 'docs/adr/0002-y.md does not exist'],
    ['a finished row without proof', row(5, 'done', 'trust me'), 'no test proves it'],
    ['an unknown state', row(5, 'soon'), '"soon" is no state'],
    ['a missing row', '', 'row 5 stands there 0 times'],
    ['a row that stands there twice', `${row(5)}\n${row(5)}`, 'row 5 stands there 2 times'],
  ])('finds %s', (_name, changed, expected) => {
    expect(problems({ 5: changed }).join('\n')).toContain(expected);
  });
});
