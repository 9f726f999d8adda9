import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../lib/errors.ts';
import { maxProjectConfigBytes, parseProjectConfig, projectKeys } from './project.ts';

const refusal = (source: string): { message: string; hint: string | undefined } => {
  try {
    parseProjectConfig(source, 'sightline.yaml');
  } catch (error) {
    if (isAppError(error, 'config_invalid')) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('was accepted');
};

describe('parseProjectConfig', () => {
  it('reads every key', () => {
    const config = parseProjectConfig(
      [
        'version: 1',
        'engines: [secrets]',
        'exclude: ["vendor/", "*.min.js"]',
        'fail_on: none',
        'severities:',
        '  aws-access-token: low',
        '  G402: off',
        'suppressions:',
        '  - rule: jwt',
        '    path: test/**',
        '    reason: sample tokens',
        '    expires: 2027-01-31',
        '  - fingerprint: 0123456789ab',
        '    reason: rotated',
      ].join('\n'),
      'sightline.yaml',
    );
    expect(config).toEqual({
      engines: ['secrets'],
      exclude: ['vendor/', '*.min.js'],
      failOn: 'none',
      severities: { 'aws-access-token': 'low', G402: 'off' },
      suppressions: [
        { ruleId: 'jwt', path: 'test/**', reason: 'sample tokens', expiresAt: '2027-01-31' },
        { fingerprint: '0123456789ab', reason: 'rotated' },
      ],
    });
  });

  it.each(['', '\n', '# only a comment\n', '---\n'])('takes an empty file as no wishes: %j', (source) => {
    expect(parseProjectConfig(source, 'sightline.yaml')).toEqual({ exclude: [], severities: {}, suppressions: [] });
  });

  it('names line and likely key for an unknown key', () => {
    const { message, hint } = refusal('version: 1\nexcludes:\n  - a\n');
    expect(message).toBe('sightline.yaml:2: unknown key "excludes"');
    expect(hint).toBe('Did you mean "exclude"?');
  });

  it('names the line of an unknown key inside a suppression', () => {
    const { message, hint } = refusal('suppressions:\n  - rule: a\n    reason: b\n    expiry: 2027-01-01\n');
    expect(message).toBe('sightline.yaml:4: unknown key "expiry"');
    expect(hint).toBe('Did you mean "expires"?');
  });

  it.each([
    ['fail_on: severe', 'sightline.yaml:1: fail_on'],
    ['version: 1\n\nengines: []', 'sightline.yaml:3: engines'],
    ['suppressions:\n  - rule: a', 'sightline.yaml:2: suppressions[0] has no reason'],
    ['suppressions:\n  - reason: a', 'expected at least one of rule, path, fingerprint'],
    [
      'suppressions:\n  - rule: a\n    reason: b\n    expires: 2027-02-30',
      'sightline.yaml:4: suppressions[0].expires: expected a day that exists',
    ],
    ['suppressions:\n  - fingerprint: abc\n    reason: b', 'at least 12 hexadecimal digits'],
    ['severities:\n  rule: huge', 'sightline.yaml:2: severities.rule'],
    ['- a', 'sightline.yaml:1: the file'],
    ['a: [', 'not valid YAML'],
    ['exclude: [a]\nexclude: [b]', 'sightline.yaml:2: not valid YAML'],
  ])('refuses %j', (source, expected) => {
    expect(refusal(source).message).toContain(expected);
  });

  it('refuses alias bombs, deep nesting and large files without harm', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      bomb.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(refusal(bomb.join('\n')).message).toContain('sightline.yaml');
    expect(refusal('['.repeat(50_000)).message).toContain('sightline.yaml');
    expect(refusal(`# ${'x'.repeat(maxProjectConfigBytes)}`).message).toContain('larger than 256 KiB');
  });

  it('never throws anything but config_invalid', () => {
    const codes = fc.sample(fc.string({ unit: 'binary', maxLength: 200 }), 100).map((source) => {
      try {
        parseProjectConfig(source, 'f');
        return 'config_invalid';
      } catch (error) {
        return isAppError(error) ? error.code : String(error);
      }
    });
    expect(new Set(codes)).toEqual(new Set(['config_invalid']));
  });

  it('documents each key it knows', () => {
    for (const { key } of projectKeys) {
      const sample = key.startsWith('suppressions[].') ? `suppressions:\n  - ${key.slice(15)}: {}` : `${key}: {}`;
      let message = '';
      try {
        parseProjectConfig(sample, 'f');
      } catch (error) {
        message = String(error);
      }
      expect(message).not.toContain('unknown key');
    }
  });
});
