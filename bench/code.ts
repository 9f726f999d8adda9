/**
 * The code engine beside Semgrep: the same rules on the same files, whole processes in turn, on two threads each, and whether both found the
 * same. `node bench/code.ts --semgrep PATH --rules DIR… [--count 200] [--runs 3] [--differences 20] TREE…`. Of the rules below DIR those
 * that are run are drawn by a hash of their ids, among those for the languages of the tree; a tree is copied without its ignore files.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CodeRule } from '../src/engines/code/rule/code-rule.ts';
import { differencesOf, readOurs, readSemgreps } from './code-findings.ts';
import { rulesAsWritten, rulesForFiles, runnableRules } from './code-rules.ts';
import { readCorpus } from './secrets-corpus.ts';
import { type Command, median, printComparison, runInTurn, sightline } from './whole-process.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    semgrep: { type: 'string', default: 'semgrep' },
    rules: { type: 'string', multiple: true, default: [] },
    count: { type: 'string', default: '200' },
    runs: { type: 'string', default: '3' },
    differences: { type: 'string', default: '20' },
  },
});

const threads = 2;

/** What says which files are left out. Without them each program would have its own list. */
const ignoreFiles = new Set(['.gitignore', '.semgrepignore', '.sightlineignore', '.gitattributes', 'sightline.yaml', 'sightline.yml']);

/** The text files of the tree, and nothing that tells either program to leave some out. */
const copyTree = async (tree: string, to: string): Promise<readonly string[]> => {
  const files = (await readCorpus(tree)).filter(
    ({ path, bytes }) => !path.startsWith('.git/') && !ignoreFiles.has(basename(path)) && !bytes.subarray(0, 8000).includes(0),
  );
  for (const { path } of files) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(tree, path), join(to, path));
  }
  // Empty, it stands in for the list Semgrep has of its own.
  writeFileSync(join(to, '.semgrepignore'), '');
  return files.map(({ path }) => path);
};

const commandsFor = (tree: string, rules: string, reports: { readonly ours: string; readonly semgrep: string }): readonly Command[] => [
  {
    label: 'sightline',
    argv: [sightline, 'scan', tree, '--engine', 'code', '--rules', rules, '--no-default-rules', '--threads', String(threads)].concat([
      '--fail-on',
      'none',
      '--quiet',
      '-f',
      'json',
      '-o',
      reports.ours,
    ]) as [string, ...string[]],
    // A file that one of them gives up is a difference, and no reason to stop.
    accept: [0, 2],
  },
  {
    label: 'semgrep',
    argv: [values.semgrep, 'scan', '--config', rules, '--jobs', String(threads), '--max-target-bytes', '0'].concat(
      ['--no-git-ignore', '--no-rewrite-rule-ids', '--disable-nosem', '--metrics=off', '--disable-version-check', '--quiet'],
      ['--json', '--output', reports.semgrep, '.'],
    ) as [string, ...string[]],
    cwd: tree,
    accept: [0, 1, 2, 3],
  },
];

const printList = (title: string, lines: readonly string[]): void => {
  const shown = Number(values.differences);
  if (lines.length === 0) return;
  console.log(`  ${title}: ${lines.length}`);
  for (const each of lines.slice(0, shown)) console.log(`    ${each}`);
  if (lines.length > shown) console.log(`    and ${lines.length - shown} more`);
};

const measure = async (source: string, all: readonly CodeRule[]): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const tree = join(folder, basename(source));
    const paths = await copyTree(source, tree);
    const chosen = rulesForFiles(all, paths, Number(values.count));
    const rules = join(folder, 'rules.json');
    writeFileSync(rules, await rulesAsWritten(chosen));
    const reports = { ours: join(folder, 'ours.json'), semgrep: join(folder, 'semgrep.json') };
    const samples = runInTurn(commandsFor(tree, rules, reports), Number(values.runs));
    const ours = readOurs(readFileSync(reports.ours, 'utf8'));
    const semgrep = readSemgreps(readFileSync(reports.semgrep, 'utf8'), tree);
    const own = samples.get('sightline') ?? [];
    const wall = median(own.map(({ wallSeconds }) => wallSeconds));
    const cpu = median(own.map(({ cpuSeconds }) => cpuSeconds));
    const megabytes = ours.bytes / 1e6;
    printComparison(`${source}: ${chosen.length} rules, ${ours.scanned.length} files, ${megabytes.toFixed(1)} MB`, samples);
    const [byClock, byProcessor] = [megabytes / wall / threads, megabytes / cpu].map((speed) => speed.toFixed(2));
    console.log(`  sightline: ${byClock} MB/s a thread by the clock, ${byProcessor} by processor time, start and report included`);
    const { same, onlyMine, onlyTheirs } = differencesOf(ours, semgrep);
    console.log(`  findings: ${ours.places.size} and ${semgrep.places.size}, ${same} of them the same`);
    printList('only sightline', onlyMine);
    printList('only semgrep', onlyTheirs);
    const looked = new Set(ours.scanned);
    printList(
      'files only semgrep looked at',
      semgrep.scanned.filter((path) => !looked.has(path)),
    );
    printList(
      'said by sightline',
      [...ours.problems].map(([path, problem]) => `${path} ${problem}`),
    );
    printList(
      'said by semgrep',
      [...semgrep.problems].map(([path, problem]) => `${path} ${problem}`),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

if (values.rules.length === 0 || positionals.length === 0) {
  console.error('usage: node bench/code.ts --semgrep PATH --rules DIR… [--count N] [--runs N] [--differences N] TREE…');
  process.exitCode = 4;
} else {
  const all = await runnableRules(values.rules);
  for (const tree of positionals) await measure(resolve(tree), all);
}
