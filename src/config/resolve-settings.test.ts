import { describe, expect, it } from 'vitest';
import { isAppError } from '../lib/errors.ts';
import { closest } from './closest.ts';
import { resolveSettings } from './resolve-settings.ts';
import { type Setting, settingNames, settingsTable } from './schema.ts';
import { formatBytes, formatDuration, parseBytes, parseDuration } from './units.ts';

const refusal = (run: () => unknown): { code: string; message: string; hint: string | undefined } => {
  try {
    run();
  } catch (error) {
    if (isAppError(error)) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('was accepted');
};

describe('resolveSettings', () => {
  it('prefers flag over environment over default and tells which', () => {
    const { values, origins } = resolveSettings({ SIGHTLINE_SCAN_THREADS: '3', SIGHTLINE_SCAN_FILE_TIMEOUT: '5s' }, { threads: '2' });
    expect(values.threads).toBe(2);
    expect(values.fileTimeoutMs).toBe(5000);
    expect(values.maxFiles).toBe(200_000);
    expect(origins.threads).toEqual({ from: 'flag', name: '--threads' });
    expect(origins.fileTimeoutMs).toEqual({ from: 'env', name: 'SIGHTLINE_SCAN_FILE_TIMEOUT' });
    expect(origins.maxFiles).toEqual({ from: 'default' });
  });

  it('takes an alias, but the proper name first, and an empty variable as not set', () => {
    expect(resolveSettings({ SIGHTLINE_FAIL_ON: 'low' }).values.failOn).toBe('low');
    expect(resolveSettings({ SIGHTLINE_FAIL_ON: 'low', SIGHTLINE_SCAN_FAIL_ON: 'none' }).values.failOn).toBe('none');
    expect(resolveSettings({ SIGHTLINE_SCAN_THREADS: '' }).origins.threads).toEqual({ from: 'default' });
  });

  it('names variable and expected form of a bad value', () => {
    expect(refusal(() => resolveSettings({ SIGHTLINE_SCAN_THREADS: 'many' }))).toEqual({
      code: 'config_invalid',
      message: 'environment variable SIGHTLINE_SCAN_THREADS has a value that is not allowed: "many"',
      hint: 'Expected a whole number from 1 to 256.',
    });
    expect(refusal(() => resolveSettings({}, { maxFileBytes: '10 bananas' }))).toMatchObject({
      code: 'usage_invalid',
      message: '--max-file-size does not take "10 bananas"',
    });
  });

  it('never shows a secret', () => {
    const { message, hint } = refusal(() => resolveSettings({ SIGHTLINE_GIT_TOKEN: 'hush hush' }));
    expect(`${message} ${hint}`).not.toContain('hush');
    expect(message).toContain('SIGHTLINE_GIT_TOKEN');
  });

  it('warns about unknown variables of its own prefix only', () => {
    expect(resolveSettings({ SIGHTLINE_GIT_TOKE: 'x', PATH: '/bin' }).warnings).toEqual([
      'environment variable SIGHTLINE_GIT_TOKE is not known and has no effect; did you mean SIGHTLINE_GIT_TOKEN?',
    ]);
  });
});

describe('settingsTable', () => {
  it.each(settingNames)('%s has a default that its own parser reads back', (name) => {
    const setting = settingsTable[name] as Setting;
    expect(setting.env).toMatch(/^SIGHTLINE_[A-Z0-9_]+$/);
    expect(setting.secret && setting.flag !== undefined).toBe(false);
    const { default: value, defaultText } = setting;
    const readBack = value === undefined || Array.isArray(value) ? value : setting.parse(setting.format(value));
    expect(readBack).toEqual(value);
    expect(value ?? defaultText).toBeDefined();
  });

  it('has no variable twice', () => {
    const names = settingNames.flatMap((name) => [settingsTable[name].env, ...settingsTable[name].aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(['git.example.org', 'localhost:8080', '[::1]:443', '127.0.0.1,host'])('takes host %s', (text) => {
    expect(settingsTable.allowHosts.parse(text)).toBeDefined();
  });

  it.each(['', 'a b', 'http://x', 'host:', 'a,,b', 'user@host'])('refuses host %j', (text) => {
    expect(settingsTable.allowHosts.parse(text)).toBeUndefined();
  });
});

describe('units', () => {
  it.each([
    ['0', 0],
    ['100MB', 100_000_000],
    ['2GiB', 2 * 1024 ** 3],
    ['1.5kB', 1500],
  ])('reads size %s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
  it.each(['', 'MB', '1 MB', '1mb', '-1', '1e3', '1MBx', '0x10', '999999TiB', '1constructor'])('refuses size %j', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
  ])('reads duration %s', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));
  it.each(['', '5', '5 m', '5min', '-1s', 's'])('refuses duration %j', (text) => expect(parseDuration(text)).toBeUndefined());
  it.each([1, 999, 1000, 1024, 5_000_000, 7 * 1024 ** 3])('writes %d so that it reads back', (value) => {
    expect(parseBytes(formatBytes(value))).toBe(value);
    expect(parseDuration(formatDuration(value))).toBe(value);
  });
});

describe('closest', () => {
  it.each([
    ['scna', 'scan'],
    ['--fail-onn', '--fail-on'],
    ['xyz', undefined],
    ['', undefined],
    ['s'.repeat(100), undefined],
  ])('%s → %s', (word, expected) => expect(closest(word, ['scan', 'rules', '--fail-on'])).toBe(expected));
});
