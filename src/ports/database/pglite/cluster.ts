import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sessionSettings } from '../text-values.ts';
import type { EngineSetup } from './messages.ts';
import { readImage, unpackImage, writeImage } from './template-image.ts';

/** 16 MB instead of 128 of shared buffers saves 140 MB of memory; the page cache of the system is behind them anyway. */
const startParams = (): string[] => [
  ...PGlite.defaultStartParams,
  '-c',
  'shared_buffers=16MB',
  ...Object.entries(sessionSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

const start = (dataDir: string | undefined, image?: Uint8Array): Promise<PGlite> =>
  PGlite.create({
    startParams: startParams(),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(image === undefined ? {} : { loadDataDir: new Blob([new Uint8Array(image)]) }),
  });

/** The whole database as a tar, as it is after a checkpoint. */
export const dumpCluster = async (engine: PGlite): Promise<Uint8Array> => {
  await engine.exec('checkpoint');
  return new Uint8Array(await (await engine.dumpDataDir('none')).arrayBuffer());
};

const keepImage = async (engine: PGlite, templateDirectory: string | undefined): Promise<void> => {
  if (templateDirectory !== undefined) await writeImage(templateDirectory, await dumpCluster(engine));
};

const imageOf = async ({ templateDirectory }: EngineSetup): Promise<Uint8Array | undefined> =>
  templateDirectory === undefined ? undefined : readImage(templateDirectory);

const openInMemory = async (setup: EngineSetup): Promise<PGlite> => {
  const image = await imageOf(setup);
  if (image !== undefined) {
    try {
      return await start(undefined, image);
    } catch {
      // An image that does not start is as good as none: the next lines replace it.
    }
  }
  const engine = await start(undefined);
  await keepImage(engine, setup.templateDirectory);
  return engine;
};

/**
 * The cluster is the folder `pgdata`, and appears there whole: it is made beside it and renamed, since a half-written one would look valid.
 * The caller holds the lock, so leftovers of a start that was killed are ours to remove.
 */
const openInDirectory = async (directory: string, setup: EngineSetup): Promise<PGlite> => {
  const cluster = join(directory, 'pgdata');
  if (existsSync(join(cluster, 'PG_VERSION'))) return start(cluster);

  const fresh = join(directory, 'pgdata.new');
  const clear = async (): Promise<void> => {
    await rm(fresh, { recursive: true, force: true });
    await rm(cluster, { recursive: true, force: true });
  };
  await clear();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const image = await imageOf(setup);
  if (image !== undefined) {
    try {
      await unpackImage(image, fresh);
      await rename(fresh, cluster);
      return await start(cluster);
    } catch {
      // As above; nothing of it may stay.
      await clear();
    }
  }
  const engine = await start(fresh);
  await keepImage(engine, setup.templateDirectory);
  await engine.close();
  await rename(fresh, cluster);
  return start(cluster);
};

/** Opens what is there; makes a new database from the template image, or from nothing (and then keeps an image). */
export const openCluster = (setup: EngineSetup): Promise<PGlite> =>
  setup.directory === undefined ? openInMemory(setup) : openInDirectory(setup.directory, setup);
