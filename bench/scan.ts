/** `sightline scan` beside native gitleaks: same tree, same rules, whole processes. Usage: node bench/scan.ts <gitleaks.toml> <tree>… */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printComparison, runInTurn, sightline } from './whole-process.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '3' } } });
const [config, ...trees] = positionals;
if (config === undefined || trees.length === 0) {
  console.error('usage: node bench/scan.ts [--runs N] <gitleaks.toml> <tree>…');
  process.exitCode = 4;
} else {
  // gitleaks replaces what its report path names, a device too.
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const report = join(folder, 'gitleaks.json');
  for (const tree of trees) {
    const samples = runInTurn(
      [
        {
          label: 'sightline',
          argv: [sightline, 'scan', tree, '--secrets-config', config, '--fail-on', 'none', '--quiet', '-f', 'json', '-o', '/dev/null'],
        },
        {
          label: 'gitleaks',
          argv: [
            'gitleaks',
            'dir',
            tree,
            '--config',
            config,
            '--no-banner',
            '--log-level',
            'error',
            '--report-format',
            'json',
            '--report-path',
            report,
            '--exit-code',
            '0',
          ],
        },
      ],
      Number(values.runs),
    );
    printComparison(tree, samples);
  }
  rmSync(folder, { recursive: true, force: true });
}
