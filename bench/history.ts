/**
 * `sightline scan --history` beside `git log -p` alone over the same commits: once as git prints it by default, without what merges
 * themselves changed, and once with it, which is what Sightline reads. Usage: node bench/history.ts [--runs N] <repository>…
 */
import { parseArgs } from 'node:util';
import { type Command, printComparison, runInTurn, sightline } from './whole-process.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '3' } } });
if (positionals.length === 0) {
  console.error('usage: node bench/history.ts [--runs N] <work tree with .git>…');
  process.exitCode = 4;
}

const gitLog = (label: string, repository: string, ...flags: string[]): Command => ({
  label,
  argv: ['git', '-C', repository, 'log', '--all', '-p', '-U0', '--full-history', ...flags],
});

for (const repository of positionals) {
  const own = 'sightline --history';
  const samples = runInTurn(
    [
      { label: own, argv: [sightline, 'scan', repository, '--history', '--fail-on', 'none', '--quiet', '-f', 'json', '-o', '/dev/null'] },
      gitLog('git log -p', repository),
      gitLog('git log -p, with merges', repository, '--diff-merges=dense-combined'),
    ],
    Number(values.runs),
  );
  for (const peer of [...samples.keys()].slice(1)) {
    printComparison(repository, new Map([...samples].filter(([label]) => label === own || label === peer)));
  }
}
