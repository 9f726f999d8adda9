import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkInvariants } from '../../src/app/health/check-invariants.ts';
import { removeOrphanBlobs } from '../../src/app/retention/orphan-blobs.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openBlobStore } from '../../src/ports/blob-store/registry.ts';
import { sweepStale } from '../../src/ports/checkout/scratch.ts';
import type { DatabaseLocation } from '../../src/ports/database/database.ts';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { openDoors } from '../../src/store/open.ts';
import type { SystemDb } from '../../src/store/system-tx.ts';
import { compareScans } from './compare.ts';
import type { Acknowledged } from './load.ts';
import { processesIn } from './process-table.ts';
import { type Counts, readCounts, readScans, readStorageKeys } from './stored.ts';

export interface Verdict {
  readonly counts: Counts;
  readonly invariantsChecked: number;
  /** Objects that belonged to nothing, and how many of them the cleaner left. */
  readonly orphanBlobs: number;
  /** Scratch folders of killed workers. */
  readonly staleScratch: number;
  readonly violations: readonly string[];
}

const { signal } = new AbortController();
/** More than the age at which the cleaner believes that an object belongs to nothing. */
const laterMs = 25 * 3_600_000;

const listKeys = async (blobs: Awaited<ReturnType<typeof openBlobStore>>): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  for await (const { key } of blobs.list('', { signal })) keys.add(key);
  return keys;
};

const judgeBlobs = async (system: SystemDb, directory: string): Promise<Pick<Verdict, 'orphanBlobs' | 'violations'>> => {
  const clock = { now: () => Date.now() + laterMs };
  const blobs = await openBlobStore({ kind: 'fs', directory }, { clock, signal });
  const wanted = await readStorageKeys(system);
  const found = await listKeys(blobs);
  const orphans = [...found].filter((key) => !wanted.has(key));
  // The real cleaner, a day later.
  await removeOrphanBlobs({ system, blobs, clock, log: silentLog }, { dryRun: false, signal });
  const left = await listKeys(blobs);
  return {
    orphanBlobs: orphans.length,
    violations: [
      ...[...wanted].filter((key) => !found.has(key)).map((key) => `lost: the object ${key} is named and not there`),
      ...[...wanted].filter((key) => found.has(key) && !left.has(key)).map((key) => `lost: the cleaner removed ${key}`),
      ...[...left].filter((key) => !wanted.has(key)).map((key) => `orphaned: the cleaner left ${key}`),
    ],
  };
};

/** Scratch folders: a worker removes what dead ones left when it starts, which is what is done here. */
const judgeScratch = async (directory: string): Promise<Pick<Verdict, 'staleScratch' | 'violations'>> => {
  const staleScratch = await sweepStale(directory);
  return { staleScratch, violations: readdirSync(directory).map((name) => `orphaned: ${join(directory, name)} stays`) };
};

const judgeInvariants = async (system: SystemDb): Promise<{ readonly checked: number; readonly violations: readonly string[] }> => {
  const results = await checkInvariants({ system }, { signal, withSettled: true });
  return {
    checked: results.length,
    violations: results.flatMap(({ id, offenders, hasMore }) => [
      ...offenders.slice(0, 5).map((what) => `${id}: ${what}`),
      ...(hasMore || offenders.length > 5 ? [`${id}: and more`] : []),
    ]),
  };
};

/** Looks at everything the run left, when all its processes have ended. */
export const judge = async (
  place: { readonly folder: string; readonly dataDir: string; readonly database: DatabaseLocation },
  acknowledged: readonly Acknowledged[],
): Promise<Verdict> => {
  const processes = processesIn(place.folder).map((line) => `orphaned: process ${line}`);
  const database = await openDatabase(place.database, { signal });
  try {
    const { system } = openDoors(database);
    const invariants = await judgeInvariants(system);
    const scans = compareScans(acknowledged, await readScans(system));
    const counts = await readCounts(system);
    const blobs = await judgeBlobs(system, join(place.dataDir, 'blobs'));
    const scratch = await judgeScratch(join(place.dataDir, 'scratch'));
    return {
      counts,
      invariantsChecked: invariants.checked,
      orphanBlobs: blobs.orphanBlobs,
      staleScratch: scratch.staleScratch,
      violations: [...processes, ...invariants.violations, ...scans, ...blobs.violations, ...scratch.violations],
    };
  } finally {
    await database.close();
  }
};
