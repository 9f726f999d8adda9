import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyserFor, packAnalyser, sample } from '../../../test/support/secrets-engine.ts';
import type { RawFinding } from '../../domain/finding.ts';
import type { FileAnalyser } from '../engine.ts';

const plainRules = `
[[rules]]
id = "token"
description = "A token."
regex = '''\\btok_[0-9a-zA-Z]{24}\\b'''
keywords = ["tok_"]

[[rules]]
id = "generic-assignment"
description = "An assignment"
regex = '''(?i)[\\w.-]{0,20}?(?:secret|password)[\\s"']{0,3}(?:=|:)[\\s"']{0,3}([\\w]{8,60})(?:["'\\s;]|$)'''
keywords = ["secret", "password"]

[[rules]]
id = "pem"
description = "A private key"
regex = '''-----BEGIN PRIVATE KEY-----[\\s\\S]{20,}?-----END PRIVATE KEY-----'''
keywords = ["private key-----"]
`;

const analyse = (analyser: FileAnalyser, text: string | Uint8Array, path = 'src/a.ts'): readonly RawFinding[] =>
  analyser.analyse({ path, bytes: typeof text === 'string' ? Buffer.from(text) : text }).findings;

const only = (findings: readonly RawFinding[]): RawFinding => {
  expect(findings.map((finding) => finding.ruleId)).toHaveLength(1);
  return findings[0] as RawFinding;
};

const token = (seed = 1): string => `tok_${sample('{{alnum:24}}', seed)}`;

const placeOf = (finding: RawFinding): readonly number[] =>
  finding.location.type === 'file'
    ? [finding.location.startLine, finding.location.startColumn, finding.location.endLine, finding.location.endColumn]
    : [];

describe('secrets analyser', () => {
  let plain: FileAnalyser;
  beforeAll(async () => {
    plain = await analyserFor(plainRules);
  });

  it('says where, in UTF-16 columns from 1, the end exclusive', () => {
    const lines = ['first', `\tconst k = "é😀 ${token()}";`];
    expect(placeOf(only(analyse(plain, lines.join('\n'))))).toEqual([2, 17, 2, 45]);
    expect(placeOf(only(analyse(plain, lines.join('\r\n'))))).toEqual([2, 17, 2, 45]);
  });

  it('does not count a byte order mark', () => {
    expect(placeOf(only(analyse(plain, `\ufeff${token()}`)))).toEqual([1, 1, 1, 29]);
  });

  it.each(['utf16le', 'utf16be'] as const)('reads %s', (encoding) => {
    const bytes = Buffer.from(`\ufeffline one\nkey = '${token()}'\n`, 'utf16le');
    const finding = only(analyse(plain, encoding === 'utf16be' ? bytes.swap16() : bytes));
    expect(placeOf(finding)).toEqual([2, 8, 2, 36]);
    expect(finding.snippet?.lines).toEqual(["key = 'tok_…" + token().slice(-2) + "'"]);
  });

  it('takes invalid UTF-8, NUL bytes and nothing at all', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe + 1, 0, 0xc3, 0x0a]), Buffer.from(token()), Buffer.from([0xe9])]);
    expect(placeOf(only(analyse(plain, bytes))).slice(0, 2)).toEqual([2, 1]);
    expect(analyse(plain, '')).toEqual([]);
  });

  it('finds a secret in a line of ten megabytes and shows a piece of it', () => {
    const filler = 'var a=b;'.repeat(650_000);
    const finding = only(analyse(plain, `${filler}key="${token()}";${filler}`));
    expect(placeOf(finding)).toEqual([1, 5_200_006, 1, 5_200_034]);
    expect(finding.snippet?.lines[0]?.length).toBeLessThanOrEqual(202);
    expect(finding.snippet?.lines[0]).toMatch(/^….{0,26}key="tok_….."?;.*…$/);
  });

  it('keeps the specific rule where a generic one finds the same secret', () => {
    expect(only(analyse(plain, `password = "${token()}"`)).ruleId).toBe('token');
    expect(only(analyse(plain, `password = "${sample('{{lower:12}}')}"`)).ruleId).toBe('generic-assignment');
  });

  it('reports each place once and in order', () => {
    const text = [token(2), token(1), token(2), `${token(3)} ${token(3)}`].join('\n');
    expect(analyse(plain, text).map((finding) => placeOf(finding).slice(0, 2))).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [4, 30],
    ]);
  });

  it('masks every secret of the lines it shows', () => {
    const findings = analyse(
      plain,
      `a('${token(1)}', '${token(2)}'); // was ${sample('{{lower:12}}', 9)}\nsecret = ${sample('{{lower:12}}', 9)}\n`,
    );
    expect(findings).toHaveLength(3);
    for (const line of findings.flatMap((finding) => finding.snippet?.lines ?? [])) expect(line).not.toMatch(/tok_\w{5}|[a-z]{10}/);
  });

  it('shows at most three lines of a key that spans many', () => {
    const pem = sample('{{pem:PRIVATE KEY}}');
    const finding = only(analyse(plain, `x\nkey = """${pem}"""\n`));
    expect(placeOf(finding).slice(0, 3)).toEqual([2, 10, 11]);
    expect(finding.snippet).toEqual({ startLine: 2, lines: ['key = """----…--', '****', '****'] });
  });

  it('decodes base64 and hexadecimal once', () => {
    const inner = `token: ${token()}`;
    const base64 = Buffer.from(inner).toString('base64');
    const finding = only(analyse(plain, `data:\n  value: ${base64}\n`));
    expect(finding.message).toMatch(/^A token \(base64-encoded\): tok_….. \(28 characters\)$/);
    expect(placeOf(finding)).toEqual([2, 10, 2, 10 + base64.length]);
    expect(finding.snippet?.lines[0]).not.toContain(base64.slice(4, 12));
    expect(only(analyse(plain, `x = "${Buffer.from(inner).toString('hex')}"`)).message).toContain('(hexadecimal-encoded)');
    expect(analyse(plain, `x = "${Buffer.from(base64).toString('base64')}"`)).toEqual([]);
  });

  it('gives decoded text the name it has in the file', () => {
    const value = sample('{{alnum:30}}');
    expect(only(analyse(plain, `password: ${Buffer.from(value).toString('base64')}\n`)).ruleId).toBe('generic-assignment');
  });

  it('stops at ten thousand findings and says so', () => {
    const result = plain.analyse({
      path: 'many',
      bytes: Buffer.from(Array.from({ length: 10_050 }, (_, index) => `tok_${String(index).padStart(24, 'x')}`).join('\n')),
    });
    expect([result.findings.length, result.state, result.reason]).toEqual([10_000, 'failed', 'budget']);
  });

  it('says so too when the many are decoded', () => {
    const blobs = Array.from({ length: 10_050 }, (_, index) => Buffer.from(`tok_${String(index).padStart(24, 'x')}`).toString('base64'));
    const result = plain.analyse({ path: 'many', bytes: Buffer.from(blobs.join('\n')) });
    expect([result.findings.length, result.state]).toEqual([10_000, 'failed']);
  });

  it('keys its evidence by the value alone', () => {
    const [one, two, other] = [analyse(plain, token()), analyse(plain, `x\n "${token()}"`, 'b'), analyse(plain, token(2))].map(
      (list) => list[0]?.evidence?.[0],
    );
    expect(one).toMatchObject({ algorithm: 'secret-hmac/v1', keyId: 'test' });
    expect(one?.value).toMatch(/^[0-9a-f]{64}$/);
    expect(two).toEqual(one);
    expect(other?.value).not.toBe(one?.value);
  });

  it('never tells a secret, in any field', async () => {
    const pack = await packAnalyser();
    const alphabet = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    const value = fc.string({ unit: alphabet, minLength: 24, maxLength: 24 });
    const templates = [
      (secret: string) => `const apiKey = "${secret}";`,
      (secret: string) => `password: ${secret}`,
      (secret: string) => `curl -H "Authorization: Bearer ${secret}" https://example.org`,
      (secret: string) => `token tok_${secret} and again tok_${secret}`,
      (secret: string) => `private_key = '${secret}'`,
      (secret: string) => `{"client_secret": "${secret}", "note": "${secret}"}`,
      (secret: string) => `postgres://app:${secret}@db.internal.corp/x`,
      (secret: string) => `data: ${Buffer.from(`password=${secret}`).toString('base64')}`,
    ];
    const shown = (parts: readonly (readonly [string, (secret: string) => string])[]): readonly string[] => {
      const text = parts.map(([secret, template]) => template(secret)).join('\n');
      return [plain, pack].flatMap((analyser) => {
        const findings = analyse(analyser, text);
        const told = JSON.stringify(findings.map(({ evidence: _keyed, ...rest }) => rest));
        const lines = new Set(findings.map((finding) => placeOf(finding)[0]));
        return parts.filter(([secret], index) => lines.has(index + 1) && told.includes(secret.slice(4, 10))).map(([secret]) => secret);
      });
    };
    expect(() =>
      fc.assert(
        fc.property(
          fc.array(fc.tuple(value, fc.constantFrom(...templates)), { minLength: 1, maxLength: 6 }),
          (parts) => shown(parts).length === 0,
        ),
        { numRuns: 150 },
      ),
    ).not.toThrow();
  });
});

describe('private keys of our pack', () => {
  const frame = (body: string): string => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  const idsOf = (pack: FileAnalyser, body: string): readonly string[] =>
    analyse(pack, frame(body), 'a.key').map((finding) => finding.ruleId);

  it('are long enough for what their header says, and no certificates', async () => {
    const pack = await packAnalyser();
    const rest = sample('{{alnum:1600}}', 3);
    expect(idsOf(pack, `MIIEvQIBADANBgkqhkiG9w0${rest}`)).toEqual(['private-key-pkcs8']);
    expect(idsOf(pack, `MIIEvQIBADANBgkqhkiG9w0${rest.slice(0, 60)}`)).toEqual([]);
    expect(idsOf(pack, `MIIDXTCCAkWgAwIBAgIJA${rest}`)).toEqual([]);
    expect(idsOf(pack, `MC4CAQAwBQYDK2VwBCIEI${rest.slice(0, 43)}`)).toEqual(['private-key-pkcs8']);
  });
});

describe('in test code', () => {
  const rule = (severity: string): string =>
    `[[rules]]\nid = "token"\ndescription = "A token."\nregex = '''tok_[0-9a-zA-Z]{24}'''\nkeywords = ["tok_"]\n[rules.sightline]\n${severity}\n`;
  const text = `x = '${token()}'`;

  it('has the severity of tests, says so, and keeps its identity', async () => {
    const analyser = await analyserFor(rule('severity_in_tests = "low"'));
    const there = only(analyse(analyser, text, 'src/client_test.go'));
    const elsewhere = only(analyse(analyser, text, 'src/client.go'));
    expect([there.severity, elsewhere.severity]).toEqual(['low', undefined]);
    expect(there.message).toMatch(/^A token in test code or an example: /);
    expect(elsewhere.message).toMatch(/^A token: /);
    expect([there.identity, there.surroundings, there.evidence]).toEqual([elsewhere.identity, elsewhere.surroundings, elsewhere.evidence]);
  });

  it('is not told by a rule that is off there', async () => {
    const analyser = await analyserFor(rule('severity_in_tests = "off"'));
    expect(analyse(analyser, text, 'test/client.go')).toEqual([]);
    expect(analyse(analyser, text, 'src/client.go')).toHaveLength(1);
  });

  it('does not hide another rule behind one that is off', async () => {
    const generic = `[[rules]]\nid = "generic"\nregex = '''x = '([^']+)''''\nkeywords = ["x ="]\n`;
    const analyser = await analyserFor(`${generic}${rule('severity_in_tests = "off"')}`);
    expect(analyse(analyser, text, 'src/client.go').map((finding) => finding.ruleId)).toEqual(['token']);
    expect(analyse(analyser, text, 'test/client.go').map((finding) => finding.ruleId)).toEqual(['generic']);
  });

  it('is as grave as elsewhere without such a setting, and in our pack where the issuer fixes the format', async () => {
    expect(only(analyse(await analyserFor(rule('')), text, 'test/a.go')).severity).toBeUndefined();
    const pack = await packAnalyser();
    const live = analyse(pack, `key = "ghp_${sample('{{alnum:36}}')}"`, 'test/a.go');
    expect(live.map((finding) => [finding.ruleId, finding.severity])).toEqual([['github-personal-access-token', undefined]]);
    const key = analyse(pack, sample('{{pem:RSA PRIVATE KEY}}'), 'test/a.key');
    expect(key.map((finding) => [finding.ruleId, finding.severity])).toEqual([['private-key-rsa', 'medium']]);
  });

  it('refuses an unknown severity', async () => {
    await expect(analyserFor(rule('severity_in_tests = "none"'))).rejects.toThrow(/severity_in_tests/);
  });
});

describe('rule G402', () => {
  let pack: FileAnalyser;
  beforeAll(async () => {
    pack = await packAnalyser();
  });
  const value = (): string => `${sample('{{alnum:20}}', 4)}${sample('{{digits:4}}', 4)}`;

  it.each([
    ['README.md', (secret: string) => `Set \`private_key = "${secret}"\` in the file.`],
    ['a.js', (secret: string) => `const private_key = '${secret}';`],
    ['a.py', (secret: string) => `private_key = "${secret}"`],
    ['tab.py', (secret: string) => `\tprivate_key\t=\t"${secret}"`],
    ['long.js', (secret: string) => `${'f(1);'.repeat(100_000)}private_key = "${secret}";${'g(2);'.repeat(100_000)}`],
  ])('finds private_key in %s', (path, line) => {
    expect(analyse(pack, line(value()), path).map((finding) => finding.ruleId)).toContain('G402');
  });

  it('calls a public key another thing', () => {
    expect(analyse(pack, `public_key = "${value()}"`, 'a.py').map((finding) => finding.ruleId)).toEqual(['G402-public']);
  });
});
