import { describe, expect, it } from 'vitest';
import { appliesTo, directiveForNextLine, directiveOnLine, nosemgrepDirective } from './inline-directive.ts';

describe('directiveOnLine', () => {
  it.each([
    ['key = "x" # sightline:ignore', [], 'no reason given'],
    ['key = "x" // sightline:ignore aws-key -- rotated last week', ['aws-key'], 'rotated last week'],
    ['/* sightline:ignore a,b -- why */', ['a', 'b'], 'why'],
    ['<!-- sightline:ignore -- example -->', [], 'example'],
  ])('%s', (line, ruleIds, reason) => {
    expect(directiveOnLine(line)).toEqual({ ruleIds, reason });
  });

  it('knows what gitleaks reads, which speaks of secrets only', () => {
    expect(directiveOnLine('key = "x" # gitleaks:allow')).toEqual({ ruleIds: [], reason: 'gitleaks:allow', kinds: ['secret'] });
  });

  it('is nothing on other lines', () => {
    expect(directiveOnLine('ignore this, sightline')).toBeUndefined();
  });

  it('is found at the end of a line of a million characters', () => {
    expect(directiveOnLine(`${'x'.repeat(1_000_000)} // sightline:ignore`)).toBeDefined();
  });
});

describe('directiveForNextLine', () => {
  it('speaks for the next line only when it stands alone', () => {
    expect(directiveForNextLine('  # sightline:ignore r -- test')).toEqual({ ruleIds: ['r'], reason: 'test' });
    expect(directiveForNextLine('key = 1 # sightline:ignore')).toBeUndefined();
    expect(directiveForNextLine('# gitleaks:allow')).toBeUndefined();
  });
});

describe('nosemgrepDirective', () => {
  it.each([
    ['f(1)  # nosemgrep', []],
    ['f(1)  # nosem', []],
    ['f(1)  # NOSEMGREP', []],
    ['f(1)  # nosemgrep because of that', []],
    ['f(1)  # nosemgrep : a', []],
    ['f(1)  # nosemgrep:', []],
    ['f(1)  # nosemgrep: a', ['a']],
    ['f(1)  # nosemgrep:a', ['a']],
    ['f(1)  # nosemgrep: a, b.c', ['a', 'b.c']],
    ['f(1)  # nosemgrep: a it is fine', ['a']],
  ])('%s', (line, ruleIds) => {
    expect(nosemgrepDirective(line, '')?.ruleIds).toEqual(ruleIds);
  });

  it.each(['f(1)  # xnosemgrep', 'f("nosemgrep")', 'f(1)'])('is nothing in %s', (line) => {
    expect(nosemgrepDirective(line, '')).toBeUndefined();
  });

  it('speaks for the next line only when it stands alone', () => {
    expect(nosemgrepDirective('f(1)', '  // nosemgrep: a')?.ruleIds).toEqual(['a']);
    expect(nosemgrepDirective('f(1)', '<!-- nosem -->')?.ruleIds).toEqual([]);
    expect(nosemgrepDirective('f(1)', 'g(2)  # nosemgrep')).toBeUndefined();
    expect(nosemgrepDirective('f(1)', '# because: nosemgrep')).toBeUndefined();
  });

  it('prefers what stands on the line itself', () => {
    expect(nosemgrepDirective('f(1)  # nosemgrep: a', '# nosemgrep: b')?.ruleIds).toEqual(['a']);
  });
});

describe('appliesTo', () => {
  it('is for the rules it names, or for all', () => {
    expect(appliesTo({ ruleIds: [], reason: '' }, 'any', ['sast'])).toBe(true);
    expect(appliesTo({ ruleIds: ['a'], reason: '' }, 'a', ['sast'])).toBe(true);
    expect(appliesTo({ ruleIds: ['a'], reason: '' }, 'b', ['sast'])).toBe(false);
  });

  it('takes an id with more or fewer folders before it for the same', () => {
    expect(appliesTo({ ruleIds: ['python.flask.a'], reason: '' }, 'a', ['sast'])).toBe(true);
    expect(appliesTo({ ruleIds: ['a'], reason: '' }, 'python.flask.a', ['sast'])).toBe(true);
    expect(appliesTo({ ruleIds: ['a'], reason: '' }, 'python.flask-a', ['sast'])).toBe(false);
  });

  it('is for the kinds it names', () => {
    expect(appliesTo({ ruleIds: [], reason: '', kinds: ['secret'] }, 'a', ['sast'])).toBe(false);
    expect(appliesTo({ ruleIds: [], reason: '', kinds: ['secret'] }, 'a', ['secret'])).toBe(true);
  });
});
