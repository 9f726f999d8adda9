import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFindings, type PlacedFinding } from './differences.ts';

const at = (ruleId: string, path: string, start: number, end: number): PlacedFinding => ({
  ruleId,
  path,
  start,
  end,
  startLine: 1,
  startColumn: start + 1,
  endLine: 1,
  endColumn: end + 1,
});

test('what is the same, what one alone has, what ends elsewhere', () => {
  const semgrep = [at('a', 'x', 0, 5), at('a', 'x', 7, 9), at('b', 'x', 0, 5), at('a', 'y', 0, 5)];
  const ours = [at('a', 'x', 0, 5), at('a', 'x', 7, 8), at('a', 'y', 1, 5)];
  const { differences, rules } = compareFindings(semgrep, ours);
  expect(differences).toEqual([
    { kind: 'only_semgrep', finding: at('b', 'x', 0, 5) },
    { kind: 'other_end', finding: at('a', 'x', 7, 9), ours: at('a', 'x', 7, 8) },
    { kind: 'only_semgrep', finding: at('a', 'y', 0, 5) },
    { kind: 'only_ours', finding: at('a', 'y', 1, 5) },
  ]);
  expect(rules).toEqual([
    { ruleId: 'a', same: 1, onlySemgrep: 1, onlyOurs: 1, otherEnd: 1 },
    { ruleId: 'b', same: 0, onlySemgrep: 1, onlyOurs: 0, otherEnd: 0 },
  ]);
});

test('of several that begin together the equal ones are paired first', () => {
  const { differences } = compareFindings([at('a', 'x', 0, 3), at('a', 'x', 0, 9)], [at('a', 'x', 0, 9), at('a', 'x', 0, 9)]);
  expect(differences).toEqual([{ kind: 'only_semgrep', finding: at('a', 'x', 0, 3) }]);
});

test('changing sides mirrors the answer, and nothing differs from itself', () => {
  const finding = fc
    .record({ rule: fc.constantFrom('a', 'b'), path: fc.constantFrom('x', 'y'), start: fc.nat(5), length: fc.nat(5) })
    .map(({ rule, path, start, length }) => at(rule, path, start, start + length));
  const findings = fc.array(finding, { maxLength: 20 });
  fc.assert(
    fc.property(findings, findings, (one, two) => {
      expect(compareFindings(one, one).differences).toEqual([]);
      const there = compareFindings(one, two);
      const back = compareFindings(two, one);
      const count = (kind: string, { differences }: typeof there): number =>
        differences.filter((difference) => difference.kind === kind).length;
      expect(count('only_semgrep', there)).toBe(count('only_ours', back));
      expect(count('other_end', there)).toBe(count('other_end', back));
    }),
  );
});
