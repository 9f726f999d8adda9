import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Tests that need something beside the project say so here: `describe.skipIf(!needsTool('gitleaks'))(…)`. Where it is missing one line
 * says what, and the tests are skipped; in CI (`CI=true` or `SIGHTLINE_CI=1`) nothing may be missing, so they fail instead.
 */
const missing = (what: string, hint: string): false => {
  if (process.env['CI'] === 'true' || process.env['SIGHTLINE_CI'] === '1')
    throw new Error(`${what} is missing, and CI skips nothing: ${hint}`);
  process.stderr.write(`skipped: ${what} is missing (${hint})\n`);
  return false;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Absolute path of a program on PATH, or undefined. */
export const toolPath = (command: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .map((entry) => join(entry, command))
    .find(isExecutable);

/** True when the program is on PATH. */
export const needsTool = (command: string, hint = `install ${command}`): boolean =>
  toolPath(command) !== undefined || missing(`the program ${command}`, hint);

/** True when one of the programs is on PATH. */
export const needsOneOf = (commands: readonly string[], hint = `install one of ${commands.join(', ')}`): boolean =>
  commands.some((command) => toolPath(command) !== undefined) || missing(`a program of ${commands.join(', ')}`, hint);

/** Value of an environment variable that names something a test uses; undefined when it is not set. */
export const needsSetting = (name: string, hint: string): string | undefined => {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  missing(name, hint);
  return undefined;
};
