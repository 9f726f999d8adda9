import { expect, test } from 'vitest';
import { presenceAfter, type ScanStatement, type UnseenIssue } from './issue-presence.ts';

const issue: UnseenIssue = { witnesses: [{ engine: 'secrets', ruleId: 'r' }], paths: ['a.ts'], fromHistory: false };
const statement = (
  fileState: 'analysed' | 'left_out' | 'missing',
  more: Partial<{ readonly engines: readonly string[]; readonly rules: readonly string[]; readonly listsWholeTree: boolean }> = {},
): ScanStatement => ({
  completeEngines: new Set(more.engines ?? ['secrets']),
  isInForce: (_engine, ruleId) => (more.rules ?? ['r', 's']).includes(ruleId),
  fileState: () => fileState,
  listsWholeTree: more.listsWholeTree ?? true,
});

test.each([
  ['the file was analysed', issue, statement('analysed'), 'absent'],
  ['the file is gone from a tree that was listed whole', issue, statement('missing'), 'absent'],
  ['an imported log does not name the file', issue, statement('missing', { listsWholeTree: false }), undefined],
  ['an imported log says the file was analysed', issue, statement('analysed', { listsWholeTree: false }), 'absent'],
  ['the file is left out now', issue, statement('left_out'), 'unknown'],
  ['the rule was not in force', issue, statement('analysed', { rules: [] }), 'unknown'],
  ['the engine did not run', issue, statement('analysed', { engines: ['code'] }), undefined],
  [
    'another engine that saw it did not run',
    { ...issue, witnesses: [...issue.witnesses, { engine: 'gitleaks', ruleId: 's' }] },
    statement('analysed'),
    undefined,
  ],
  ['it stood in the history', { ...issue, fromHistory: true }, statement('analysed'), undefined],
  ['nobody knows any more where it was', { ...issue, paths: [] }, statement('analysed'), 'unknown'],
] as const)('%s', (_case, unseen, said, expected) => {
  expect(presenceAfter(unseen, said)).toBe(expected);
});
