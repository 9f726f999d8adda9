import { describe, expect, it } from 'vitest';
import { appliesTo, directiveForNextLine, directiveOnLine } from './inline-directive.ts';

describe('directiveOnLine', () => {
  it.each([
    ['key = "x" # sightline:ignore', [], 'no reason given'],
    ['key = "x" // sightline:ignore aws-key -- rotated last week', ['aws-key'], 'rotated last week'],
    ['/* sightline:ignore a,b -- why */', ['a', 'b'], 'why'],
    ['<!-- sightline:ignore -- example -->', [], 'example'],
    ['key = "x" # gitleaks:allow', [], 'gitleaks:allow'],
  ])('%s', (line, ruleIds, reason) => {
    expect(directiveOnLine(line)).toEqual({ ruleIds, reason });
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

it('applies to the rules it names, or to all', () => {
  expect(appliesTo({ ruleIds: [], reason: '' }, 'any')).toBe(true);
  expect(appliesTo({ ruleIds: ['a'], reason: '' }, 'b')).toBe(false);
});
