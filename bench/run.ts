/** `npm run bench` lists the benches, `npm run bench -- NAME [ARGUMENTS]` runs one. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What each needs beside this checkout stands in the first lines of its file, and in `docs/benchmarks.md` with what it gave. */
const benches: Readonly<Record<string, string>> = {
  startup: 'an empty directory, start to finish',
  memory: 'peak memory of a scan of 1 GiB',
  scan: 'the secrets engine beside gitleaks, whole processes',
  secrets: 'the secrets engine alone, one thread',
  'secrets-agreement': 'findings of the secrets engine beside those of gitleaks',
  'secrets-precision': 'a sample of findings of the secrets pack, to be read by a person',
  code: 'the code engine beside Semgrep: time, memory, findings',
  history: '--history beside git log -p',
  queue: 'claims and commits of tasks per second',
  ingest: 'large results from their bytes to issues',
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  for (const [bench, what] of Object.entries(benches)) console.log(`${bench.padEnd(20)} ${what}`);
} else if (Object.hasOwn(benches, name)) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(`there is no bench "${name}"; known: ${Object.keys(benches).join(', ')}`);
  process.exitCode = 4;
}
