import { expect, it } from 'vitest';
import { causeIn, plainGitText } from './git-text.ts';

it('keeps text and drops what acts on a terminal', () => {
  expect(
    plainGitText('a\u001b[31mred\u001b[0m\tb\n\u001b]0;title\u0007c\u001b]8;;http://x\u001b\\link\u009b1md\u202ee\u0000f\rg\r\nh'),
  ).toBe('ared\tb\nclink1mdef\ng\nh');
  expect(plainGitText('ünïcödé ✓ 日本')).toBe('ünïcödé ✓ 日本');
});

it('drops credentials', () => {
  const token = ['to', 'ken', '1234'].join('');
  expect(plainGitText(`fatal: https://user:pass@host/x and ssh://u@h and ${token}`, [token, ''])).toBe(
    'fatal: https://***@host/x and ssh://***@h and ***',
  );
  expect(plainGitText('1https://user:p@ss@host/x')).toBe('1https://***@host/x');
});

it('takes no longer for a line that could be a URL all the way', () => {
  const line = 'a'.repeat(1_000_000);
  expect(plainGitText(line)).toBe(line);
  expect(plainGitText('://'.repeat(300_000))).toHaveLength(900_000);
});

it('finds the cause', () => {
  expect(causeIn("error: unable to read askpass response from '/bin/false'\nfatal: could not read Username for 'x'\n")).toBe(
    "could not read Username for 'x'",
  );
  expect(
    causeIn(
      "error: object 1: hasDotgit: contains '.git'\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output\n",
    ),
  ).toBe("object 1: hasDotgit: contains '.git'");
  expect(causeIn('something\n')).toBe('something');
  expect(causeIn('')).toBe('git gave no reason');
});
