import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from './finding.ts';
import { toolAlgorithm } from './fingerprint.ts';
import { assignFindings, type KnownEvidence, type ScannedFinding } from './issue-assignment.ts';

const prints = (values: Readonly<Record<string, string>>): Fingerprint[] =>
  Object.entries(values).map(([algorithm, value]) => ({
    algorithm,
    value,
    ...(algorithm === 'secret-hmac/v1' ? { keyId: 'k' } : {}),
  }));

const finding = (id: string, values: Readonly<Record<string, string>>, more: Partial<ScannedFinding> = {}): ScannedFinding => ({
  id,
  engine: 'secrets',
  kind: 'secret',
  ruleId: 'r',
  path: 'a.ts',
  startLine: 1,
  endLine: 1,
  cwe: ['CWE-798'],
  cve: [],
  fingerprints: prints({ 'sightline/v1': id, ...values }),
  ...more,
});

const known = (issueId: string, values: Readonly<Record<string, string>>, engine = 'secrets'): KnownEvidence => ({
  issueId,
  engine,
  ruleId: 'r',
  fingerprints: prints(values),
});

/** `finding id -> issue id`, where new issues are named by the findings they hold. */
const outcome = (findings: readonly ScannedFinding[], evidence: readonly KnownEvidence[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(
    assignFindings(findings, evidence).flatMap((group) => {
      const name =
        group.issueId ??
        `new(${group.findings
          .map(({ id }) => id)
          .sort()
          .join(' ')})`;
      return group.findings.map(({ id }): [string, string] => [id, name]);
    }),
  );

describe('one engine', () => {
  it('keeps the issue of a moved file, and takes an ambiguous move for new', () => {
    const before = known('i1', { 'sightline/v1': 'old', 'sightline-moved/v1': 'm' });
    expect(outcome([finding('f', { 'sightline-moved/v1': 'm' }, { path: 'b.ts' })], [before])).toEqual({ f: 'i1' });
    const copies = [
      finding('f', { 'sightline-moved/v1': 'm' }, { path: 'b.ts' }),
      finding('g', { 'sightline-moved/v1': 'm' }, { path: 'c.ts' }),
    ];
    expect(outcome(copies, [before])).toEqual({ f: 'new(f)', g: 'new(g)' });
    const twin = known('i2', { 'sightline/v1': 'older', 'sightline-moved/v1': 'm' });
    expect(outcome(copies, [before, twin])).toEqual({ f: 'new(f)', g: 'new(g)' });
  });

  it('gives a second copy an issue of its own', () => {
    const original = finding('f', { 'secret-hmac/v1': 's' });
    const copy = finding('g', { 'secret-hmac/v1': 's' }, { path: 'b.ts' });
    expect(outcome([copy, original], [known('i1', { 'sightline/v1': 'f', 'secret-hmac/v1': 's' })])).toEqual({ f: 'i1', g: 'new(g)' });
  });

  it('takes another secret in the same place for a new issue, and finds that one again', () => {
    const rotated = finding('f', { 'secret-hmac/v1': 'new' });
    const old = known('i1', { 'sightline/v1': 'f', 'secret-hmac/v1': 'old' });
    expect(outcome([rotated], [old])).toEqual({ f: 'new(f)' });
    expect(outcome([rotated], [old, known('i2', { 'sightline/v1': 'f', 'secret-hmac/v1': 'new' })])).toEqual({ f: 'i2' });
  });

  it('follows a secret to another rule’s place only under the same rule', () => {
    const moved = finding('f', { 'secret-hmac/v1': 's' }, { path: 'b.ts' });
    const before = known('i1', { 'sightline/v1': 'x', 'secret-hmac/v1': 's' });
    expect(outcome([moved], [before])).toEqual({ f: 'i1' });
    expect(outcome([{ ...moved, ruleId: 'other' }], [before])).toEqual({ f: 'new(f)' });
  });

  it('believes a tool’s own fingerprint before the content, and the content before the order', () => {
    const algorithm = toolAlgorithm('lint', 'alert/v1');
    const changed = finding('f', { [algorithm]: 't' }, { engine: 'lint' });
    const other = known('i1', { 'sightline/v1': 'f' }, 'lint');
    const same = known('i2', { 'sightline/v1': 'x', [algorithm]: 't' }, 'lint');
    expect(outcome([changed], [other, same])).toEqual({ f: 'i2' });
    const alike = ['f', 'g'].map((id) => finding(id, { [algorithm]: 't' }, { engine: 'lint' }));
    const both = [known('i1', { 'sightline/v1': 'g', [algorithm]: 't' }, 'lint'), known('i2', { 'sightline/v1': 'f' }, 'lint')];
    expect(outcome(alike, both)).toEqual({ f: 'i2', g: 'i1' });
  });

  it('knows nothing of another engine’s evidence', () => {
    expect(outcome([finding('f', {}, { engine: 'gitleaks' })], [known('i1', { 'sightline/v1': 'f' })])).toEqual({ f: 'new(f)' });
  });
});

describe('witnesses', () => {
  const second = (id: string, more: Partial<ScannedFinding> = {}, values: Readonly<Record<string, string>> = {}) =>
    finding(id, values, { engine: 'gitleaks', ...more });

  it('join the issue of the same problem, known or new', () => {
    expect(outcome([finding('f', {}), second('g')], [known('i1', { 'sightline/v1': 'f' })])).toEqual({ f: 'i1', g: 'i1' });
    expect(outcome([finding('f', {}), second('g'), second('h', { engine: 'third' })])).toEqual({
      f: 'new(f g h)',
      g: 'new(f g h)',
      h: 'new(f g h)',
    });
  });

  it('stay apart where the secrets differ, the lines do not meet, or CWE and kind do not agree', () => {
    const there = finding('f', { 'secret-hmac/v1': 's' });
    const apart = { f: 'new(f)', g: 'new(g)' };
    expect(outcome([there, second('g', {}, { 'secret-hmac/v1': 't' })])).toEqual(apart);
    expect(outcome([there, second('g', { startLine: 2, endLine: 3 })])).toEqual(apart);
    expect(outcome([there, second('g', { cwe: ['CWE-89'] })])).toEqual(apart);
    expect(outcome([there, second('g', { kind: 'sast' })])).toEqual(apart);
    expect(outcome([there, second('g', { path: 'b.ts' })])).toEqual(apart);
  });

  it('stay apart where it is ambiguous, unless the secret says which', () => {
    const two = [finding('f', { 'secret-hmac/v1': 's' }), finding('g', { 'secret-hmac/v1': 't' })];
    expect(outcome([...two, second('h')])).toEqual({ f: 'new(f)', g: 'new(g)', h: 'new(h)' });
    expect(outcome([...two, second('h', {}, { 'secret-hmac/v1': 't' })])).toEqual({ f: 'new(f)', g: 'new(g h)', h: 'new(g h)' });
  });

  it('of a package agree by its advisory', () => {
    const location = { path: 'package-lock.json', kind: 'dependency', packageName: 'left-pad', cwe: [] } as const;
    const { startLine: _start, endLine: _end, ...one } = finding('f', {}, { ...location, cve: ['CVE-2024-1'] });
    const { startLine: _otherStart, endLine: _otherEnd, ...other } = second('g', { ...location, cve: ['CVE-2024-1'] });
    expect(outcome([one, other])).toEqual({ f: 'new(f g)', g: 'new(f g)' });
    expect(outcome([one, { ...other, cve: ['CVE-2024-2'] }])).toEqual({ f: 'new(f)', g: 'new(g)' });
  });
});

describe('whatever the findings', () => {
  const small = fc.nat({ max: 3 });
  const arbitraryFindings = fc
    .array(
      fc.record({ engine: fc.nat({ max: 2 }), path: small, line: small, rule: small, moved: small, secret: fc.option(small), cwe: small }),
      { maxLength: 14 },
    )
    .map((records) =>
      records.map(({ engine, path, line, rule, moved, secret, cwe }, index) =>
        finding(
          `${engine}-${path}-${rule}-${index}`,
          { 'sightline-moved/v1': `m${moved}`, ...(secret === null ? {} : { 'secret-hmac/v1': `s${secret}` }) },
          { engine: `e${engine}`, path: `p${path}`, startLine: line, endLine: line + 1, ruleId: `r${rule}`, cwe: [`CWE-${cwe}`] },
        ),
      ),
    );
  const arbitraryKnown = fc
    .array(fc.record({ engine: fc.nat({ max: 2 }), issue: fc.nat({ max: 9 }), primary: small, moved: small, secret: fc.option(small) }), {
      maxLength: 14,
    })
    .map((records) => [
      ...new Map(
        records.map(({ engine, issue, primary, moved, secret }) => [
          `${engine} ${issue}`,
          {
            ...known(
              `i${issue}`,
              {
                'sightline/v1': `${engine}-${primary}-0-${issue}`,
                'sightline-moved/v1': `m${moved}`,
                ...(secret === null ? {} : { 'secret-hmac/v1': `s${secret}` }),
              },
              `e${engine}`,
            ),
            ruleId: 'r0',
          },
        ]),
      ).values(),
    ]);
  const shuffled = <Item>(items: readonly Item[]) => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

  it('each gets one issue, and no issue two findings of one engine', () => {
    fc.assert(
      fc.property(arbitraryFindings, arbitraryKnown, (findings, evidence) => {
        const groups = assignFindings(findings, evidence);
        expect(groups.flatMap((group) => group.findings.map(({ id }) => id)).sort()).toEqual(findings.map(({ id }) => id).sort());
        for (const group of groups) {
          const engines = group.findings.map(({ engine }) => engine);
          expect(new Set(engines).size).toBe(engines.length);
        }
        const issues = groups.flatMap(({ issueId }) => issueId ?? []);
        expect(new Set(issues).size).toBe(issues.length);
      }),
      { numRuns: 500 },
    );
  });

  it('their order changes nothing', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(arbitraryFindings, arbitraryKnown)
          .chain(([findings, evidence]) => fc.tuple(fc.constant(findings), fc.constant(evidence), shuffled(findings), shuffled(evidence))),
        ([findings, evidence, otherFindings, otherEvidence]) => {
          expect(outcome(otherFindings, otherEvidence)).toEqual(outcome(findings, evidence));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a scan that finds the same again changes no assignment', () => {
    fc.assert(
      fc.property(arbitraryFindings, (findings) => {
        const named = assignFindings(findings, []).map((group, index) => ({ issueId: `i${String(index).padStart(3, '0')}`, group }));
        const evidence = named.flatMap(({ issueId, group }) =>
          group.findings.map(({ engine, ruleId, fingerprints }) => ({ issueId, engine, ruleId, fingerprints })),
        );
        const expected = Object.fromEntries(named.flatMap(({ issueId, group }) => group.findings.map(({ id }) => [id, issueId])));
        expect(outcome(findings, evidence)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
