import type { FileCoverage } from '../../../domain/coverage.ts';
import { createIgnoreRules, type IgnoreRules, ignoreFileBytes } from '../ignore-rules.ts';
import { nameForMessage } from '../path-names.ts';
import { createSlices } from '../work-slices.ts';
import { readBlobs } from './blobs.ts';
import type { LocalContext } from './fetch.ts';
import type { TreeFile } from './tree.ts';

const ignoreFileName = '.sightlineignore';

export interface KeptFiles {
  readonly files: readonly TreeFile[];
  readonly leftOut: readonly FileCoverage[];
  readonly warnings: readonly string[];
}

const readIgnoreFiles = async (
  files: readonly TreeFile[],
  rules: IgnoreRules,
  warnings: string[],
  context: LocalContext,
): Promise<void> => {
  const all = files.filter(({ path }) => path === ignoreFileName || path.endsWith(`/${ignoreFileName}`));
  for (const { path, sizeBytes } of all) {
    if (sizeBytes > ignoreFileBytes)
      warnings.push(`${nameForMessage(path)} is not honoured: it is larger than ${ignoreFileBytes / 1024} KiB`);
  }
  let chunks: Buffer[] = [];
  let current: TreeFile | undefined;
  await readBlobs(
    all.filter(({ sizeBytes }) => sizeBytes <= ignoreFileBytes),
    {
      begin: (file) => {
        current = file;
        chunks = [];
      },
      write: (chunk) => void chunks.push(Buffer.from(chunk)),
      end: () => {
        const path = current?.path ?? '';
        const directory = path.slice(0, -ignoreFileName.length - 1);
        const warning = rules.add({ directory, name: nameForMessage(path), text: Buffer.concat(chunks).toString('utf8') });
        if (warning !== undefined && warnings.length < 100) warnings.push(warning);
      },
    },
    context,
  );
};

/** Takes out what the person excluded and what the tree's own `.sightlineignore` files name; `.gitignore` says nothing about tracked files. */
export const withoutIgnored = async (files: readonly TreeFile[], exclude: readonly string[], context: LocalContext): Promise<KeptFiles> => {
  const warnings: string[] = [];
  const excludeRules = createIgnoreRules();
  const warning = excludeRules.add({ directory: '', name: '--exclude', text: exclude.join('\n') });
  if (warning !== undefined) warnings.push(warning);
  const treeRules = createIgnoreRules();
  await readIgnoreFiles(files, treeRules, warnings, context);

  const leftOut: FileCoverage[] = [];
  /** Directory → the ignored directory it is or lies in, or false. */
  const directories = new Map<string, boolean>([['', false]]);
  const ignoredBy = (path: string, isDirectory: boolean): string | undefined => {
    for (const rules of [excludeRules, treeRules]) {
      const decision = rules.decide(path, isDirectory);
      if (decision?.ignored === true) return decision.detail;
    }
    return undefined;
  };
  const liesInIgnored = (directory: string): boolean => {
    const known = directories.get(directory);
    if (known !== undefined) return known;
    let ignored = liesInIgnored(directory.slice(0, Math.max(0, directory.lastIndexOf('/'))));
    if (!ignored) {
      const detail = ignoredBy(directory, true);
      ignored = detail !== undefined;
      if (detail !== undefined) leftOut.push({ path: `${directory}/`, state: 'excluded', reason: 'ignored', detail });
    }
    directories.set(directory, ignored);
    return ignored;
  };
  const pause = createSlices(context);
  const kept: TreeFile[] = [];
  for (const file of files) {
    await pause();
    if (liesInIgnored(file.path.slice(0, Math.max(0, file.path.lastIndexOf('/'))))) continue;
    const detail = ignoredBy(file.path, false);
    if (detail === undefined) kept.push(file);
    else leftOut.push({ path: file.path, state: 'excluded', reason: 'ignored', detail, sizeBytes: file.sizeBytes });
  }
  return { files: kept, leftOut, warnings };
};
