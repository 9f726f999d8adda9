import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the grammar of that import specifier is: among the files the build copied beside the code, or in its package. Own copies come
 * first, since the package next to an installed program may be anybody's and of any version. Undefined where it is in neither place.
 */
export const grammarFile = (specifier: string): string | undefined => {
  const copied = fileURLToPath(new URL(`../../../grammars/${basename(specifier)}`, import.meta.url));
  if (existsSync(copied)) return copied;
  try {
    return createRequire(import.meta.url).resolve(specifier);
  } catch {
    return undefined;
  }
};
