import { describe, expect, test } from 'vitest';
import { lineHashes } from './line-hash.ts';

const all = (text: string): string[] => {
  const lines = text.split(/\r\n|\r|\n/).length;
  const hashes = lineHashes(
    text,
    Array.from({ length: lines }, (_, index) => index + 1),
  );
  return Array.from({ length: lines }, (_, index) => hashes.get(index + 1) ?? 'missing');
};

/** Input and expected values as published with github/codeql-action. */
const greetings = [
  'e9496ae3ebfced30:1',
  'fb7c023a8b9ccb3f:1',
  'ce8ba1a563dcdaca:1',
  'e20e36e16fcb0cc8:1',
  'b3edc88f2938467e:1',
  'c8e28b0b4002a3a0:1',
  'c129715d7a2bc9a3:1',
];

describe('primaryLocationLineHash', () => {
  test.each([
    ['an empty file', '', ['c129715d7a2bc9a3:1']],
    [
      'blanks are skipped, no leading zero',
      ' a\nb\n  \t\tc\n d',
      ['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1'],
    ],
    [
      'no newline at the end',
      ' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End',
      ['8b7cf3e952e7aeb2:1', 'b1ae1287ec4718d9:1', 'bff680108adb0fcc:1', 'c6805c5e1288b612:1', 'b86d3392aea1be30:1', 'e6ceba753e1a442:1'],
    ],
    ['LF', ' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n', greetings],
    ['CR', ' hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r', greetings],
    ['CRLF', ' hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n', greetings],
    ['a mixture', ' hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n', greetings],
    [
      'equal hashes are counted',
      'Lorem ipsum dolor sit amet.\n'.repeat(10),
      [
        'a7f2ff13bc495cf2:1',
        'a7f2ff13bc495cf2:2',
        'a7f2ff13bc495cf2:3',
        'a7f2ff13bc495cf2:4',
        'a7f2ff13bc495cf2:5',
        'a7f2ff13bc495cf2:6',
        'a7f2ff1481e87703:1',
        'a9cf91f7bbf1862b:1',
        '55ec222b86bcae53:1',
        'cc97dc7b1d7d8f7b:1',
        'c129715d7a2bc9a3:1',
      ],
    ],
    [
      'overlapping lines',
      'x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n',
      [
        'e54938cc54b302f1:1',
        'bb609acbe9138d60:1',
        '1131fd5871777f34:1',
        '5c482a0f8b35ea28:1',
        '54517377da7028d2:1',
        '2c644846cb18d53e:1',
        'f1b89f20de0d133:1',
        'c129715d7a2bc9a3:1',
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(all(text)).toEqual(expected);
  });

  test('a wanted line alone has the hash it has among all', () => {
    const text = Array.from({ length: 500 }, (_, index) => `${'\t'.repeat(index % 3)}value ${index % 7} = ${'é€𝄞'.repeat(index % 5)}`).join(
      '\r\n',
    );
    const expected = all(text);
    for (const line of [1, 2, 77, 250, 499, 500]) expect(lineHashes(text, [line]).get(line)).toBe(expected[line - 1]);
  });

  test('it agrees with the definition written with big integers', () => {
    const text = Array.from({ length: 60 }, (_, index) => `line ${index} ${'\uffff\u0001z'.repeat(index)}`).join('\n');
    const units = [...text.replaceAll(' ', '')].flatMap((character) => character.split('').map((unit) => unit.charCodeAt(0)));
    const padded = [...units, 0xffff, ...Array.from({ length: 100 }, () => 0)];
    const startsOfLines = [0, ...units.flatMap((unit, index) => (unit === 10 ? [index + 1] : []))];
    const expected = startsOfLines.map((start) =>
      padded
        .slice(start, start + 100)
        .reduce((hash, unit) => BigInt.asUintN(64, hash * 37n + BigInt(unit)), 0n)
        .toString(16),
    );
    expect(all(text).map((value) => value.split(':')[0])).toEqual(expected);
  });

  test('a line that is not there has no hash', () => {
    expect([...lineHashes('one\ntwo\n', [0, 2, 9])]).toEqual([[2, lineHashes('one\ntwo\n', [2]).get(2)]]);
  });
});
