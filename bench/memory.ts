/** Peak memory of a scan of 1 GiB: many source-like files, and a few of the largest size that is read. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printComparison, runInTurn, sightline } from './whole-process.ts';

const mebibyte = 1024 ** 2;
const totalBytes = 1024 * mebibyte;
/** Words of ordinary code; about one in forty is one that rules look for. */
const words = (
  'const value import from return function await module export class number string index length buffer stream parse render event handler ' +
  'request response status header content update select insert delete column table result error message option default source target token'
).split(' ');

/** Deterministic text of short lines. */
const createText = (seed: number): ((sizeBytes: number) => string) => {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  return (sizeBytes) => {
    const lines: string[] = [];
    for (let bytes = 0; bytes < sizeBytes; ) {
      const line = Array.from({ length: 3 + (next() % 8) }, () => words[next() % words.length]).join(' ');
      lines.push(line);
      bytes += line.length + 1;
    }
    return `${lines.join('\n')}\n`;
  };
};

const writeTree = (root: string, fileBytes: number): void => {
  const chunk = createText(fileBytes)(Math.min(fileBytes, mebibyte));
  for (let index = 0; index * fileBytes < totalBytes; index += 1) {
    const folder = join(root, String(index % 100));
    mkdirSync(folder, { recursive: true });
    const file = openSync(join(folder, `${index}.js`), 'w');
    for (let written = 0; written < fileBytes; written += chunk.length) writeSync(file, chunk);
    closeSync(file);
  }
};

const shapes = [
  { label: '65536 files of 16 KiB', fileBytes: 16 * 1024 },
  { label: '11 files of 95 MB', fileBytes: 95_000_000 },
];
const baseline = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  for (const { label, fileBytes } of shapes) {
    const root = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
    try {
      writeTree(root, fileBytes);
      const samples = runInTurn(
        [
          { label, argv: [sightline, 'scan', root, '--quiet', '--fail-on', 'none', '-f', 'json', '-o', '/dev/null'] },
          { label: 'empty directory', argv: [sightline, 'scan', baseline, '--quiet'], accept: [3] },
        ],
        1,
      );
      printComparison('1 GiB tree', samples);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
} finally {
  rmSync(baseline, { recursive: true, force: true });
}
