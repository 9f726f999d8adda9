import type { LanguageTally, Tally } from './tally.ts';

const firstLanguages: ReadonlySet<string> = new Set(['python', 'javascript', 'typescript', 'java', 'go']);
const leastFiles = 20;

/** Shares a release needs. */
export const targets = { loaded: 0.98, exactFirst: 0.85, exactOther: 0.75 } as const;

export const loadedShare = ({ loaded, notLoaded }: LanguageTally): number => (loaded + notLoaded === 0 ? 1 : loaded / (loaded + notLoaded));
export const exactShare = ({ files, exactFiles }: LanguageTally): number => (files === 0 ? 1 : exactFiles / files);

/** The share of files a language needs exactly right; undefined where there are too few of them to say. */
export const exactTarget = ({ language, files }: LanguageTally): number | undefined => {
  if (firstLanguages.has(language)) return targets.exactFirst;
  return files >= leastFiles ? targets.exactOther : undefined;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Sentences on targets that are missed. */
export const missedTargets = ({ languages, total }: Tally): readonly string[] => [
  ...(loadedShare(total) < targets.loaded
    ? [`${percent(loadedShare(total))} of search rules load, the target is ${percent(targets.loaded)}`]
    : []),
  ...languages.flatMap((row) => {
    const target = exactTarget(row);
    return target === undefined || exactShare(row) >= target
      ? []
      : [`${row.language}: ${percent(exactShare(row))} of files exactly right, the target is ${percent(target)}`];
  }),
];
