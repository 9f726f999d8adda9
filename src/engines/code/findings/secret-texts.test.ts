import { describe, expect, it } from 'vitest';
import { madeAwsKeyId, madeGithubToken } from '../../../../test/support/made-secrets.ts';
import { createMasker, secretTexts } from './secret-texts.ts';

const ordinary = { everyQuotedText: false, unquotedValues: false };
const credentials = { everyQuotedText: true, unquotedValues: false };
const plainText = { everyQuotedText: false, unquotedValues: true };
const token = madeGithubToken(5);

describe('in code that any rule found', () => {
  it.each([
    [`connect("${token}")`, [token]],
    [`const password = 'correct horse'`, ['correct horse']],
    [`{"api_key": "short1"}`, ['short1']],
    [`login(user="ann", secret=b"abcd")`, ['abcd']],
    [`headers => { "X-Auth-Token" => 'wxyz' }`, ['wxyz']],
  ])('%s', (code, secrets) => {
    expect(secretTexts(code, ordinary)).toEqual(secrets);
  });

  it.each([
    'hashlib.new("md5", data)',
    'fetch("https://example.org/v2/things?page=12")',
    'open("/var/lib/service/data/2024/input.csv")',
    "query('select name from users where id = ' + id)",
    'log("the password is wrong")',
    'password = ""',
  ])('nothing in %s', (code) => {
    expect(secretTexts(code, ordinary)).toEqual([]);
  });
});

describe('in code that a rule about credentials found', () => {
  it('every quoted text is one, whatever its quotes', () => {
    const code = `a("hunter2", 'other pass', \`third\`, """fourth\nline five""", "abc")`;
    expect(secretTexts(code, credentials)).toEqual(['hunter2', 'other pass', 'third', 'fourth', 'line five']);
  });
});

describe('in a language that needs no quotes', () => {
  it.each([
    ['password: hunter2', ['hunter2']],
    ['ENV API_TOKEN=abcdef', ['abcdef']],
    [`key ${token} end`, [token]],
    [`id ${madeAwsKeyId(3)}`, [madeAwsKeyId(3)]],
    ['image: registry.example.org/team/app:1.2.3', []],
  ])('%s', (code, secrets) => {
    expect(secretTexts(code, plainText)).toEqual(secrets);
  });
});

describe('createMasker', () => {
  it('replaces every place of every secret, the longest first', () => {
    expect(createMasker(['hunter2', 'hunter2hunter2'])('x hunter2hunter2 hunter2', '§')).toBe('x § §');
  });

  it('shows what the secrets engine shows', () => {
    expect(createMasker(['hunter2'])('"hunter2"')).toBe('"****"');
  });

  it('takes characters of expressions for what they are', () => {
    expect(createMasker(['a.b*(c)'])('a.b*(c) axb', '§')).toBe('§ axb');
  });
});
