import { describe, expect, it } from 'vitest';
import { heaviestRows } from '../domain/coverage.ts';
import { type FileAnswers, rowsOfFile } from './file-rows.ts';

const names = ['secrets', 'code'];
const answers = (...results: FileAnswers['results']): FileAnswers => ({ path: 'a.py', bytes: 10, results });
const rows = (given: FileAnswers, keepAnalysed = true) => rowsOfFile(given, names, keepAnalysed);

describe('rowsOfFile', () => {
  it('is one row for a file that every engine analysed', () => {
    const given = answers({ engine: 1, state: 'analysed' }, { engine: 0, state: 'analysed' });
    expect(rows(given)).toEqual([{ path: 'a.py', state: 'analysed', sizeBytes: 10 }]);
    expect(rows(given, false)).toEqual([]);
  });

  it('says nothing of an engine that has no rule for such files, unless no other one looked', () => {
    const none = { engine: 1, state: 'excluded', reason: 'not_applicable' } as const;
    expect(rows(answers({ engine: 0, state: 'analysed' }, none))).toEqual([{ path: 'a.py', state: 'analysed', sizeBytes: 10 }]);
    expect(rows(answers(none))).toEqual([{ path: 'a.py', state: 'excluded', reason: 'not_applicable', sizeBytes: 10, engine: 'code' }]);
  });

  it('puts what one engine could not do beside what the others did', () => {
    const failed = { engine: 0, state: 'failed', reason: 'timeout', detail: 'too slow' } as const;
    const given = answers({ engine: 1, state: 'analysed' }, failed);
    expect(rows(given)).toEqual([
      { path: 'a.py', state: 'failed', reason: 'timeout', detail: 'too slow', sizeBytes: 10, engine: 'secrets' },
      { path: 'a.py', state: 'analysed', sizeBytes: 10, engine: 'code' },
    ]);
    expect(rows(given, false)).toHaveLength(1);
  });

  it('is one row for what holds whatever the engine', () => {
    expect(rows({ ...answers(), bytes: 0, common: { state: 'excluded', reason: 'binary' } })).toEqual([
      { path: 'a.py', state: 'excluded', reason: 'binary' },
    ]);
  });
});

it('a file counts once, by what weighs most', () => {
  const files = (['excluded', 'degraded', 'analysed'] as const).map((state) => ({ path: 'a.py', state }));
  expect(heaviestRows([...files, { path: 'b.py', state: 'excluded' }])).toEqual([
    { path: 'a.py', state: 'degraded' },
    { path: 'b.py', state: 'excluded' },
  ]);
});
