import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TreeCopy {
  readonly folder: string;
  readonly launcher: string;
  readonly remove: () => void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const copied = ['src', 'rules', 'sightline', 'package.json', 'package-lock.json'];

/**
 * The program as it is now. Every process and every task loads its sources anew: in a run of minutes, one that used the tree itself would see
 * tasks fail because somebody is in the middle of an edit.
 */
export const copyTree = (): TreeCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-tree-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, launcher: join(folder, 'sightline'), remove: () => rmSync(folder, { recursive: true, force: true }) };
};
