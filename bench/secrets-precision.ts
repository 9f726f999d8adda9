/**
 * What the secrets pack reports on source trees, and a random sample of it to judge by reading:
 * `node bench/secrets-precision.ts <tree>... [--size 100] [--seed 1] > sample.tsv` draws, evenly over the trees, and tells totals on
 * standard error. Write `look` or `noise` in the first column of every row, then count: `node bench/secrets-precision.ts --labels sample.tsv`.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Severity } from '../src/domain/severity.ts';
import { createAnalyser } from '../src/engines/secrets/analyser.ts';
import { createRandom } from '../src/engines/secrets/examples.ts';
import { secretsEngine } from '../src/engines/secrets/index.ts';
import type { AnalyserOptions } from '../src/engines/secrets/rule-spec.ts';
import { isBinary, readCorpus } from './secrets-corpus.ts';

interface Row {
  readonly tree: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
}

interface Totals {
  readonly rows: readonly Row[];
  readonly lines: number;
}

const newlinesIn = (bytes: Uint8Array): number => {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
};

const isGrave = (row: Row): boolean => row.severity === 'high' || row.severity === 'critical';

const scanTree = async (directory: string): Promise<Totals> => {
  const prepared = await secretsEngine.prepare(
    { rulesDir: join(import.meta.dirname, '..', 'rules', 'secrets'), hmacKey: { id: 'bench', key: randomBytes(32), ephemeral: true } },
    { signal: AbortSignal.timeout(60_000) },
  );
  const severities = new Map(prepared.rules.map((rule) => [rule.id, rule.severity]));
  const analyser = createAnalyser(prepared.options as AnalyserOptions);
  const rows: Row[] = [];
  let lines = 0;
  for (const file of await readCorpus(directory)) {
    if (isBinary(file)) continue;
    lines += newlinesIn(file.bytes);
    for (const { ruleId, severity, location } of analyser.analyse(file).findings) {
      rows.push({
        tree: basename(directory),
        ruleId,
        severity: severity ?? severities.get(ruleId) ?? 'high',
        path: file.path,
        line: location.type === 'file' ? location.startLine : 0,
      });
    }
  }
  return { rows, lines };
};

/** Rows in an order that the seed decides. */
const shuffled = (rows: readonly Row[], random: () => number): readonly Row[] =>
  rows
    .map((row) => ({ row, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ row }) => row);

/** One of every tree in turn until there are enough, so that no tree speaks for all. */
const drawn = (trees: readonly (readonly Row[])[], size: number): readonly Row[] => {
  const longest = Math.max(0, ...trees.map((rows) => rows.length));
  const turns = Array.from({ length: longest }, (_, turn) => trees.flatMap((rows) => rows.slice(turn, turn + 1)));
  return turns.flat().slice(0, size);
};

const percent = (part: number, whole: number): string => `${whole === 0 ? '-' : ((part / whole) * 100).toFixed(0)} %`;

const countLabels = async (file: string): Promise<void> => {
  const byRule = new Map<string, { look: number; noise: number }>();
  for (const line of (await readFile(file, 'utf8')).split('\n').slice(1)) {
    const [label, , ruleId = ''] = line.split('\t');
    if (line === '') continue;
    if (label !== 'look' && label !== 'noise') throw new Error(`${file}: no label in: ${line}`);
    const counts = byRule.get(ruleId) ?? { look: 0, noise: 0 };
    counts[label] += 1;
    byRule.set(ruleId, counts);
  }
  let look = 0;
  let noise = 0;
  for (const [ruleId, counts] of [...byRule].sort(([one], [other]) => (one < other ? -1 : 1))) {
    look += counts.look;
    noise += counts.noise;
    process.stdout.write(`${ruleId.padEnd(36)} look ${String(counts.look).padStart(3)}   noise ${String(counts.noise).padStart(3)}\n`);
  }
  process.stdout.write(
    `${'all'.padEnd(36)} look ${String(look).padStart(3)}   noise ${String(noise).padStart(3)}   ${percent(look, look + noise)}\n`,
  );
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' }, labels: { type: 'string' } },
});
if (values.labels !== undefined) {
  await countLabels(values.labels);
} else if (positionals.length === 0) {
  process.stderr.write('usage: node bench/secrets-precision.ts <tree>... [--size 100] [--seed 1], or --labels sample.tsv\n');
  process.exitCode = 4;
} else {
  const random = createRandom(Number(values.seed));
  const trees: Totals[] = [];
  for (const directory of positionals) {
    const totals = await scanTree(directory);
    const grave = totals.rows.filter(isGrave).length;
    process.stderr.write(
      `${basename(directory)}: ${totals.lines} lines, ${totals.rows.length} findings, ${grave} high or critical, ${((grave / totals.lines) * 10_000).toFixed(2)} per 10,000 lines\n`,
    );
    trees.push(totals);
  }
  const sample = drawn(
    trees.map(({ rows }) => shuffled(rows, random)),
    Number(values.size),
  );
  process.stdout.write('label\ttree\trule\tseverity\tpath\tline\n');
  for (const row of sample) process.stdout.write(`\t${[row.tree, row.ruleId, row.severity, row.path, row.line].join('\t')}\n`);
}
