import { describe, expect, test } from 'vitest';
import { readAnnotations } from './annotations.ts';

const targetsOf = (text: string): readonly string[] =>
  readAnnotations(text).annotations.map(({ kind, ruleIds, target }) => `${kind} ${ruleIds.join('+')} @${target}`);

describe('annotations of a test file', () => {
  test('each speaks of the line below it', () => {
    expect(targetsOf('# ruleid: a\nfoo()\n\n# ok: a\nbar()\n# todoruleid: a\nbaz()\n# todook: b\nqux()')).toEqual([
      'ruleid a @2',
      'ok a @5',
      'todoruleid a @7',
      'todook b @9',
    ]);
  });

  test('several above one line all speak of that line', () => {
    expect(targetsOf('// ruleid: a\n// ok: b\n// ruleid: c\nfoo()')).toEqual(['ruleid a @4', 'ok b @4', 'ruleid c @4']);
  });

  test.each([
    '# ruleid: a',
    '#ruleid:a',
    '  ## ruleid:  a  ',
    '// ruleid: a',
    '/// ruleid: a',
    '/* ruleid: a */',
    '/** ruleid: a **/',
    '{/* ruleid: a */}',
    '{{/* ruleid: a */}}',
    '<!-- ruleid: a -->',
    '(* ruleid: a *)',
    '-- ruleid: a',
    ';; ruleid: a',
    '% ruleid: a',
    '{# ruleid: a #}',
    '<%# ruleid: a %>',
    '<%-- ruleid: a --%>',
    'REM ruleid: a',
    "' ruleid: a",
    ' * ruleid: a',
    '/* ruleid: a',
    '# ruleid: a\r',
    '# ruleid: a,',
    '# ruleid: deepruleid: a',
  ])('%j names rule a', (line) => {
    expect(targetsOf(`${line}\nfoo()`)).toEqual(['ruleid a @2']);
  });

  test('several rules in one comment, with dots and dashes in their names', () => {
    expect(targetsOf('# ruleid: a.b-c, d_2,e\nx')).toEqual(['ruleid a.b-c+d_2+e @2']);
  });

  test.each([
    'x() // ruleid: a',
    '# see ruleid: a',
    '# proruleid: a',
    '# deepok: a',
    '# OK: this is fine',
    "'ok': 1",
    'ok: a',
    '# ruleid a',
    'ruleid: a',
  ])('%j is no annotation', (line) => {
    expect(readAnnotations(`${line}\nfoo()`)).toEqual({ annotations: [], malformed: [] });
  });

  test('a comment that begins like an annotation and names no rule is told', () => {
    expect(readAnnotations('# ruleid: a because\nfoo()\n/* ok: a */ bar()\n# ruleid:\nbaz()').malformed).toEqual([
      { line: 1, text: '# ruleid: a because' },
      { line: 3, text: '/* ok: a */ bar()' },
      { line: 4, text: '# ruleid:' },
    ]);
  });

  test('one that nothing follows speaks of the line after the last', () => {
    expect(targetsOf('foo()\n# ruleid: a')).toEqual(['ruleid a @3']);
  });

  test('lines that are built to make an expression go back and forth cost no more than their length', () => {
    const hostile = [
      '#'.repeat(1_999),
      `#${' '.repeat(1_990)}`,
      `# ok:${' ,'.repeat(990)}`,
      `/* ok: a${' *'.repeat(990)}`,
      ' '.repeat(100_000),
    ];
    expect(readAnnotations(`${hostile.join('\n')}\n${'# ok: '.repeat(1_000_000)}`).annotations).toEqual([]);
  });
});
