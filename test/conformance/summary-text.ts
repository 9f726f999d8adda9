import type { LanguageTally, Tally } from './tally.ts';
import { countedOutcomes, type TestRun } from './tally.ts';
import { exactShare, exactTarget, loadedShare } from './targets.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

const headings = [
  'language',
  'rules',
  'loaded',
  'other mode',
  'files',
  'exactly right',
  'goal',
  'found',
  'false',
  'missed',
  'broken files',
];

const cells = (row: LanguageTally): readonly string[] => {
  const target = exactTarget(row);
  const isTotal = row.language === 'all';
  return [
    row.language,
    String(row.loaded + row.notLoaded),
    percent(loadedShare(row)),
    String(row.leftOut),
    String(row.files),
    row.files === 0 ? '' : `${row.exactFiles}  ${percent(exactShare(row))}`,
    isTotal || target === undefined ? '' : `${exactShare(row) >= target ? '' : 'below '}${percent(target)}`,
    String(row.truePositives),
    String(row.falsePositives),
    String(row.misses),
    String(row.failedFiles),
  ];
};

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

export const tallyText = (title: string, { languages, total, reasons }: Tally): string =>
  [
    title,
    aligned([headings, ...[...languages, total].map(cells)]),
    ...(reasons.length === 0 ? [] : [`not run: ${reasons.map(([feature, count]) => `${feature} (${count})`).join(', ')}`]),
    '',
  ].join('\n');

export interface Failure {
  readonly path: string;
  /** 1-based; absent where the file could not be run. */
  readonly line?: number;
  readonly ruleId?: string;
  readonly kind: 'missing' | 'unexpected' | 'broken';
  readonly detail?: string;
}

/** All that keeps files from being exactly right. */
export const failuresOf = (runs: readonly TestRun[], counts: (ruleId: string) => boolean): readonly Failure[] =>
  runs.flatMap((run): readonly Failure[] => {
    const outcomes = countedOutcomes(run, counts);
    if (outcomes === undefined) return [];
    const { path } = run.test;
    return [
      ...(run.failure === undefined ? [] : [{ path, kind: 'broken' as const, detail: run.failure }]),
      ...outcomes.flatMap(({ ruleId, missing, unexpected }) => [
        ...missing.map((line) => ({ path, line, ruleId, kind: 'missing' as const })),
        ...unexpected.map((line) => ({ path, line, ruleId, kind: 'unexpected' as const })),
      ]),
    ];
  });

export const failureText = ({ path, line, ruleId, kind, detail }: Failure): string =>
  `${path}${line === undefined ? '' : `:${line}`}  ${[ruleId, kind, detail].filter((part) => part !== undefined).join('  ')}`;
