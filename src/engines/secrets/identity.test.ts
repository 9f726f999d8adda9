import { beforeAll, describe, expect, it } from 'vitest';
import { analyserFor, sample } from '../../../test/support/secrets-engine.ts';
import type { RawFinding } from '../../domain/finding.ts';
import type { FileAnalyser } from '../engine.ts';

const rules = `
[[rules]]
id = "token"
regex = '''\\btok_[0-9a-zA-Z]{24}\\b'''
keywords = ["tok_"]

[[rules]]
id = "assignment"
regex = '''(?i)[\\w.-]{0,20}?(?:secret|password)["']?[ \\t]{0,10}(?:=|:)[\\s]{0,20}["']?(\\w{8,60})(?:["'\\s;,]|$)'''
keywords = ["secret", "password"]
`;

const token = `tok_${sample('{{alnum:24}}')}`;
const word = sample('{{lower:14}}', 5);

describe('identity', () => {
  let analyser: FileAnalyser;
  beforeAll(async () => {
    analyser = await analyserFor(rules);
  });
  const first = (text: string): RawFinding => {
    const [finding] = analyser.analyse({ path: 'a', bytes: Buffer.from(text) }).findings;
    if (finding === undefined) throw new Error('nothing found');
    return finding;
  };
  const identity = (text: string): string => first(text).identity;

  it.each([
    ['moved', `\n\n// a comment\nfoo(1);\nconst stripe = "${token}";`],
    ['indented', `    const stripe = "${token}";`],
    ['indented with tabs', `\t\tconst stripe = "${token}";`],
    ['in other quotes', `const stripe = '${token}';`],
    ['with other spaces', `const stripe="${token}"`],
    ['declared otherwise', `export let stripe = "${token}";`],
    ['on a line of its own', `const stripe =\n  "${token}";`],
    ['behind a blank line', `const stripe =\n\n  "${token}";`],
    ['with another value', `const stripe = "tok_${sample('{{alnum:24}}', 2)}";`],
    ['with Windows line ends', `a\r\nconst stripe = "${token}";\r\n`],
  ])('stays when the line is %s', (_how, text) => {
    expect(identity(text)).toBe(identity(`const stripe = "${token}";`));
  });

  it.each([
    ['re-indented', `{\n      "password": "${word}"\n}`],
    ['in another place of the object', `{\n  "user": "x",\n  "password": "${word}",\n  "z": 1\n}`],
    ['on one line', `{ "password": "${word}" }`],
    ['in other quotes', `{\n  'password': '${word}'\n}`],
    ['without quotes', `password: ${word}\n`],
  ])('of an assignment stays when it is %s', (_how, text) => {
    expect(identity(text)).toBe(identity(`{\n  "password": "${word}"\n}`));
  });

  it('differs for another name', () => {
    expect(identity(`const stripe = "${token}"`)).not.toBe(identity(`const github = "${token}"`));
    expect(identity(`db_password = "${word}"`)).not.toBe(identity(`mail_password = "${word}"`));
  });

  it('holds nothing of the secret, nor of values beside it', () => {
    const beside = sample('{{lower:16}}', 8);
    const finding = first(`login("${beside}", "${token}", "${beside}") // ${word}\nsecret = ${word}\n`);
    const told = `${finding.identity}\n${finding.surroundings ?? ''}`;
    for (const value of [token, word, beside])
      for (let at = 0; at + 5 <= value.length; at += 1) expect(told).not.toContain(value.slice(at, at + 5));
  });

  it('describes the neighbourhood by shape', () => {
    const text = (indent: string) => `${indent}start();\n\n${indent}const stripe = "${token}";\n${indent}use(stripe, "${word}", 42);\n`;
    expect(first(text('')).surroundings).toBe('start();\n|\nuse(stripe,",#);');
    expect(first(text('    ')).surroundings).toBe(first(text('')).surroundings);
  });
});
