import { describe, expect, it } from 'vitest';
import { identityOf, surroundingsOf } from './identity.ts';
import { createMasker } from './secret-texts.ts';

const plain = (code: string): string => identityOf(code, new Map(), createMasker([]));

describe('identityOf', () => {
  it('is the same however the code is laid out', () => {
    const one = plain(`run("ls " + name, { shell: true })`);
    expect(plain(`run(\n    'ls ' + name,\n    {\n        shell: true,\n    },\n);`)).toBe(one);
  });

  it('differs where the code differs', () => {
    expect(plain('run(a)')).not.toBe(plain('run(b)'));
  });

  it('holds nothing of a secret', () => {
    const of = (secret: string): string => identityOf(`login("${secret}")`, new Map(), createMasker([secret]));
    expect(of('hunter2')).toBe(of('other-password'));
    expect(of('hunter2')).not.toContain('hunter2');
  });

  it('of a long match does not depend on how it ends', () => {
    const handler = new Map([['$F', { text: 'handler' }]]);
    const of = (lastLine: string, bound = handler): string =>
      identityOf(`def handler(request):\n${'    step(request)\n'.repeat(80)}    ${lastLine}`, bound, createMasker([]));
    expect(of('return 1')).toBe(of('return 2'));
    expect(of('return 1', new Map([['$F', { text: 'other' }]]))).not.toBe(of('return 1'));
  });
});

describe('surroundingsOf', () => {
  const at = (lines: readonly string[], from: number, to = from): string => surroundingsOf((line) => lines[line - 1], from, to);

  it('is the shape of up to three lines on either side that are not blank', () => {
    expect(at(['a = 1', '', 'b(x)', 'c()', 'd()', 'HERE', '', 'e("secret")', 'f9()'], 6)).toBe(
      ['b(x)', 'c()', 'd()', '|', 'e(")', '#()'].join('\n'),
    );
  });

  it('ends where the file does', () => {
    expect(at(['HERE'], 1)).toBe('|');
  });
});
