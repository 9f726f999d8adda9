/** Start to finish on an empty directory and on one small file, beside a bare Node that does nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printComparison, runInTurn, sightline } from './whole-process.ts';

const runs = 15;
const empty = mkdtempSync(join(tmpdir(), 'sightline-bench-empty-'));
const small = mkdtempSync(join(tmpdir(), 'sightline-bench-small-'));
try {
  writeFileSync(join(small, 'index.js'), 'export const answer = 42;\n');
  const node = { label: 'bare node', argv: [process.execPath, '-e', '0'] } as const;
  printComparison(
    'start',
    runInTurn(
      [
        { label: 'version', argv: [sightline, 'version'] },
        { label: 'scan, empty directory', argv: [sightline, 'scan', empty], accept: [3] },
        { label: 'scan, one file', argv: [sightline, 'scan', small] },
        node,
      ],
      runs,
    ),
  );
} finally {
  rmSync(empty, { recursive: true, force: true });
  rmSync(small, { recursive: true, force: true });
}
