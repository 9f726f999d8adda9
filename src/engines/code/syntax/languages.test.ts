import { describe, expect, it } from 'vitest';
import {
  firstLineOf,
  firstLineOfBytes,
  languageEntries,
  languageOfName,
  languagesOfPath,
  possibleLanguagesOfPath,
  tableOfPath,
} from './languages.ts';

const ids = (path: string, firstLine?: string): string[] => languagesOfPath(path, firstLine).map(({ id }) => id);
const tableId = (path: string): string | undefined => {
  const [first] = languagesOfPath(path);
  return first && tableOfPath(first, path)?.id;
};

describe('names of languages', () => {
  it.each([
    ['py', 'python'],
    ['python2', 'python'],
    ['JS', 'javascript'],
    ['ts', 'typescript'],
    ['golang', 'go'],
    ['none', 'regex'],
  ])('%s is %s', (name, id) => {
    expect(languageOfName(name)?.id).toBe(id);
  });
  it('one that is no language is nothing', () => {
    expect(languageOfName('klingon')).toBeUndefined();
    expect(languageOfName('')).toBeUndefined();
  });
  it('no name means two languages', () => {
    const names = languageEntries.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('languages of a file', () => {
  it.each([
    ['src/a.py', ['python']],
    ['a.jsx', ['javascript']],
    ['a.mts', ['typescript']],
    ['deep/a.tsx', ['typescript']],
    ['lib/a.min.js', []],
    ['types/a.d.ts', []],
    ['a.py/README', []],
    ['py', []],
  ])('%s', (path, expected) => {
    expect(ids(path)).toEqual(expected);
  });
  it('by the first line, where the name says nothing', () => {
    expect(ids('bin/run', '#!/usr/bin/env python3 -u')).toEqual(['python']);
    expect(ids('bin/run', '#! /usr/local/bin/node')).toEqual(['javascript']);
    expect(ids('bin/run.txt', '#!/usr/bin/python')).toEqual([]);
    expect(ids('bin/run', 'print(1)')).toEqual([]);
    expect(ids('bin/run', '#!')).toEqual([]);
    expect(ids('bin/run', '#!/usr/bin/env -S LANG=C ruby -w')).toEqual(['ruby']);
  });
  it('of a name that says nothing are all that have interpreters', () => {
    expect(possibleLanguagesOfPath('bin/run').map(({ id }) => id)).toEqual(expect.arrayContaining(['python', 'bash', 'php']));
    expect(possibleLanguagesOfPath('bin/run').map(({ id }) => id)).not.toContain('java');
    expect(possibleLanguagesOfPath('Dockerfile').map(({ id }) => id)).toEqual(['dockerfile']);
    expect(possibleLanguagesOfPath('notes.txt')).toEqual([]);
  });
  it('need no more of the first line than is there, however long', () => {
    expect(firstLineOf('#!/bin/sh\r\nx')).toBe('#!/bin/sh');
    expect(firstLineOf('x\n#!/bin/sh')).toBe('');
    expect(firstLineOfBytes(Buffer.from(`#!${'a'.repeat(100_000)}`))).toHaveLength(256);
    expect(firstLineOfBytes(new Uint8Array())).toBe('');
  });
  it('TypeScript with JSX has a table of its own', () => {
    expect([tableId('a.ts'), tableId('a.tsx'), tableId('a.cts')]).toEqual(['typescript', 'tsx', 'typescript']);
  });
});

describe('every table', () => {
  it.each(languageEntries.flatMap(({ id, tables }) => tables.map((table) => [id, table] as const)))(
    'of %s is the one it says',
    async (_, table) => {
      expect((await table.load()).id).toBe(table.id);
    },
  );
});
