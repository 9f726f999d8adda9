/** `sightline scan --history` beside `git log -p` alone, over the same commits. Usage: node bench/history.ts <repository>… */
import { parseArgs } from 'node:util';
import { printComparison, runInTurn, sightline } from './whole-process.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '3' } } });
if (positionals.length === 0) {
  console.error('usage: node bench/history.ts [--runs N] <work tree with .git>…');
  process.exitCode = 4;
}
for (const repository of positionals) {
  const samples = runInTurn(
    [
      {
        label: 'sightline --history',
        argv: [sightline, 'scan', repository, '--history', '--fail-on', 'none', '--quiet', '-f', 'json', '-o', '/dev/null'],
      },
      { label: 'git log -p', argv: ['git', '-C', repository, 'log', '--all', '-p', '-U0', '--full-history'] },
    ],
    Number(values.runs),
  );
  printComparison(repository, samples);
}
