import { describe, expect, it } from 'vitest';
import type { RawFinding } from '../domain/finding.ts';
import type { Rule } from '../domain/rule.ts';
import { normalise, ruleKey, type Witnessed } from './normalise.ts';

const rule: Rule = {
  id: 'r',
  engine: 'e',
  kind: 'secret',
  title: 'R',
  severity: 'high',
  confidence: 'medium',
  cwe: [],
  help: '',
  tags: [],
};
const rules = new Map([[ruleKey('e', 'r'), rule]]);

const raw = (path: string, line: number, identity = 'key=*'): RawFinding => ({
  ruleId: 'r',
  message: 'm',
  identity,
  location: { type: 'file', path, startLine: line, startColumn: 1, endLine: line, endColumn: 2 },
});
const witnessed = (...raws: readonly RawFinding[]): Witnessed[] => raws.map((each) => ({ engine: 'e', raw: each }));
const idsOf = (all: readonly Witnessed[]): string[] => normalise(all, { rules, severities: {} }).map(({ finding }) => finding.id);

describe('normalise', () => {
  it('gives the same identities in whatever order the engine answered', () => {
    const all = witnessed(raw('a', 1), raw('a', 9), raw('b', 1), raw('a', 5, 'other'));
    expect(idsOf([...all].reverse())).toEqual(idsOf(all));
    expect(new Set(idsOf(all)).size).toBe(4);
  });

  it('keeps the identity when lines move, and tells equal content in one file apart by order', () => {
    expect(idsOf(witnessed(raw('a', 1), raw('a', 2)))).toEqual(idsOf(witnessed(raw('a', 101), raw('a', 300))));
  });

  it('lets the project change a severity or switch a rule off', () => {
    const all = witnessed(raw('a', 1));
    expect(normalise(all, { rules, severities: { r: 'low' } })[0]?.finding.severity).toBe('low');
    expect(normalise(all, { rules, severities: { r: 'off' } })).toEqual([]);
  });

  it('refuses a rule the engine never declared', () => {
    expect(() => normalise(witnessed({ ...raw('a', 1), ruleId: 'unheard-of' }), { rules, severities: {} })).toThrow(TypeError);
  });
});
