import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/**
 * Image of a fresh database: the tar that PGlite dumps, in a zstd frame with a checksum. It is bound to the exact version of PGlite, which
 * is in its name. Images are a cache: what cannot be read is made anew, what cannot be written is left.
 */
const imageName = (version: string): string => `pglite-${version}.tar.zst`;

/** The version of the library in use. */
export const pgliteVersion = async (): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(await readFile(join(dirname(entry), '../package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string')
    return manifest.version;
  throw new Error('the package of PGlite has no version');
};

/** The tar, or undefined where there is no image, or a damaged one. */
export const readImage = async (templateDirectory: string): Promise<Uint8Array | undefined> => {
  try {
    return await promisify(zstdDecompress)(await readFile(join(templateDirectory, imageName(await pgliteVersion()))));
  } catch {
    return undefined;
  }
};

/** Keeps an image, whole or not at all; false when the folder takes none. */
export const writeImage = async (templateDirectory: string, tar: Uint8Array): Promise<boolean> => {
  const path = join(templateDirectory, imageName(await pgliteVersion()));
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(templateDirectory, { recursive: true, mode: 0o700 });
    const compressed = await promisify(zstdCompress)(tar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    await writeFile(temporary, compressed, { flag: 'wx', mode: 0o600 });
    await rename(temporary, path);
    return true;
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
    return false;
  }
};

const blockBytes = 512;

/** Unpacks an image into `directory`, which is made. Reads only what PGlite writes: plain ustar, files and folders. */
export const unpackImage = async (tar: Uint8Array, directory: string): Promise<void> => {
  const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  const text = (start: number, length: number): string => {
    const field = bytes.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end).trim();
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = new Set<string>();
  for (let at = 0; at + blockBytes <= bytes.length && bytes[at] !== 0; ) {
    const prefix = text(at + 345, 155);
    const name = normalize(`./${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`);
    const sizeBytes = Number.parseInt(text(at + 124, 12), 8);
    const type = text(at + 156, 1);
    const start = at + blockBytes;
    if (name.startsWith('..') || !Number.isSafeInteger(sizeBytes) || start + sizeBytes > bytes.length || !['0', '5', ''].includes(type)) {
      throw new Error('the image is damaged');
    }
    const path = join(directory, name);
    const folder = type === '5' ? path : dirname(path);
    if (!made.has(folder)) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      made.add(folder);
    }
    if (type !== '5') await writeFile(path, bytes.subarray(start, start + sizeBytes), { mode: 0o600 });
    at = start + Math.ceil(sizeBytes / blockBytes) * blockBytes;
  }
};
