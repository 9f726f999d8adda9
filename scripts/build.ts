/** Makes `dist/` from `src/`: plain JavaScript for the published package, tests left out. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = new URL('../dist/', import.meta.url);
/** Packages of grammars that are too large to depend on: of each the one file is published, under its licence. */
const copiedGrammars = ['tree-sitter-ocaml'];
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) {
  console.error('build: the compiler refused the sources');
  process.exitCode = 1;
} else {
  // Read at run time from beside the code that applies them.
  const migrations = 'store/migrations/';
  cpSync(new URL(`../src/${migrations}`, import.meta.url), new URL(migrations, dist), { recursive: true });
  for (const name of copiedGrammars) {
    for (const [file, copy] of [
      [`${name}.wasm`, `${name}.wasm`],
      ['LICENSE', `${name}.LICENSE`],
    ] as const) {
      cpSync(new URL(`../node_modules/${name}/${file}`, import.meta.url), new URL(`grammars/${copy}`, dist));
    }
  }
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => /\.(test|contract)\.js$/.test(file));
  if (tests.length > 0 || !files.includes('main.js')) {
    console.error(tests.length > 0 ? `build: tests got into dist: ${tests.join(', ')}` : 'build: dist/main.js is missing');
    process.exitCode = 1;
  } else {
    console.log(`build: ${files.filter((file) => file.endsWith('.js')).length} files in dist`);
  }
}
