import { describe, expect, it } from 'vitest';
import { isAppError } from '../lib/errors.ts';
import { closest } from './closest.ts';
import { databaseUrlOf } from './database-url.ts';
import { formatListenAddress, isLoopbackHost, parseListenAddress } from './listen-address.ts';
import { resolvePart, resolveSettings } from './resolve-settings.ts';
import { type Setting, serverSettings, settingNames, settingsTable } from './schema.ts';
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
    // A URL without a password is no secret, and one with it belongs in the variable: its description says so.
    expect(setting.secret && setting.flag !== undefined).toBe(name === 'databaseUrl');
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

describe('resolvePart', () => {
  it('reads what concerns the command, and nothing else', () => {
    expect(() => resolveSettings({ PORT: 'COM1', SIGHTLINE_SERVER_LISTEN: 'nowhere' })).not.toThrow();
    expect(refusal(() => resolvePart(serverSettings, { PORT: 'COM1' }))).toMatchObject({
      code: 'config_invalid',
      message: 'environment variable PORT has a value that is not allowed: "COM1"',
    });
  });

  it('takes the names of the systems before it', () => {
    const { values } = resolvePart(serverSettings, {
      PORT: '8000',
      HTTP_PORT: '8081',
      METRICS_PORT: 'off',
      MANAGER_NUM_WORKERS: '4',
      LOG_LEVEL: 'WARN',
      LOG_FORMAT: 'json',
      ENABLE_CLEANER: 'false',
    });
    expect(values).toMatchObject({
      listen: { host: '127.0.0.1', port: 8000 },
      probesListen: { host: '127.0.0.1', port: 8081 },
      metricsListen: 'off',
      workerSlots: 4,
      logLevel: 'warn',
      logFormat: 'json',
      retentionEnabled: false,
    });
  });

  it.each([
    ['api,worker', ['api', 'worker']],
    ['worker, api', ['api', 'worker']],
    ['api,api', undefined],
    ['api,boss', undefined],
    ['', undefined],
  ])('roles %j', (text, roles) => {
    expect(serverSettings.roles.parse(text)).toEqual(roles);
  });

  it.each([
    ['00:00', 0],
    ['23:59', 1439],
    ['24:00', undefined],
    ['7:00', undefined],
  ])('time of day %s', (text, minutes) => {
    expect(serverSettings.retentionAtMinute.parse(text)).toBe(minutes);
  });
});

describe('listen addresses', () => {
  it.each([
    ['off', 'off'],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    [':0', { host: '127.0.0.1', port: 0 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
    ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['127.0.0.1:65536', undefined],
    ['[::g]:1', undefined],
    ['[1.2.3.4]:1', undefined],
    ['::1:8080', undefined],
    ['host name:1', undefined],
    ['http://localhost:1', undefined],
  ])('%s', (text, expected) => {
    const address = parseListenAddress(text);
    expect(address).toEqual(expected);
    expect(address === undefined ? undefined : parseListenAddress(formatListenAddress(address))).toEqual(expected);
  });

  it('tells this machine from the network', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'LOCALHOST'].filter((host) => !isLoopbackHost(host))).toEqual([]);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.evil.example', '1270.0.0.1'].filter(isLoopbackHost)).toEqual([]);
  });
});

describe('databaseUrlOf', () => {
  const urlOf = (environment: Readonly<Record<string, string>>): string | undefined =>
    databaseUrlOf(resolvePart(serverSettings, environment).values);

  it('makes a URL of its parts, whatever they hold', () => {
    expect(urlOf({})).toBeUndefined();
    expect(urlOf({ DB_PORT: '1' })).toBeUndefined();
    expect(urlOf({ DB_HOST: 'db' })).toBe('postgres://sightline@db:5432/sightline');
    expect(urlOf({ DB_HOST: '::1', DB_USER: 'a@b', DB_PASSWORD: 'p/w:?#', DB_NAME: 'x y', DB_PORT: '6', DB_SSLMODE: 'require' })).toBe(
      'postgres://a%40b:p%2Fw%3A%3F%23@[::1]:6/x%20y?sslmode=require',
    );
    expect(urlOf({ DB_HOST: '/run/postgresql' })).toBe('postgres://sightline@localhost:5432/sightline?host=%2Frun%2Fpostgresql');
  });

  it('prefers the whole URL', () => {
    expect(urlOf({ DB_HOST: 'db', SIGHTLINE_DATABASE_URL: 'postgres://other/x' })).toBe('postgres://other/x');
  });
});
