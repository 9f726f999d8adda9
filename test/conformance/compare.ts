/** Finding by finding beside a Semgrep of this machine: see `compare-options.ts`. */
import { resolve } from 'node:path';
import { compileRules } from '../../src/engines/code/compile-rules.ts';
import type { CodeRule } from '../../src/engines/code/rule/code-rule.ts';
import { loadRules } from '../../src/engines/code/rule/load-rules.ts';
import { createGrammars } from '../../src/engines/code/syntax/grammar.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { type CompareOptions, readCompareOptions, usage } from './compare-options.ts';
import { differenceText, rulesText } from './compare-text.ts';
import type { ScanAnswer } from './compare-worker.ts';
import { compareFindings, type PlacedFinding } from './differences.ts';
import { halfOf } from './half.ts';
import { runSemgrep } from './semgrep.ts';
import { runOnThreads } from './worker-pool.ts';

const memoryMebibytes = 2048;

/** An id stands for one rule here: of several with the same one the first is compared. */
const rulesToRun = async ({ folders, language, half, ruleId }: CompareOptions): Promise<readonly CodeRule[]> => {
  const { signal } = new AbortController();
  const { rules } = await loadRules(folders, { signal });
  const grammars = createGrammars();
  const { program } = await compileRules(rules, grammars, { signal });
  grammars.close();
  return program.rules.filter(
    ({ id, languages }) =>
      (half === 'all' || halfOf(id) === half) &&
      (ruleId === undefined || id === ruleId) &&
      (language === undefined || languages.includes(language)),
  );
};

const runOurs = async (rules: readonly CodeRule[], files: readonly string[], { workers, timeoutMs }: CompareOptions) => {
  const started = performance.now();
  const results = await runOnThreads<ScanAnswer>(files, {
    module: new URL('compare-worker.ts', import.meta.url),
    setup: rules,
    size: workers,
    timeoutMs,
    memoryMebibytes,
  });
  const findings: PlacedFinding[] = [];
  const failures: { path: string; message: string }[] = [];
  results.forEach((result, at) => {
    const answer: ScanAnswer = 'answer' in result ? result.answer : { findings: [], failure: result.failure };
    findings.push(...answer.findings);
    if (answer.failure !== undefined) failures.push({ path: files[at] ?? '', message: answer.failure });
  });
  return { findings, failures, seconds: (performance.now() - started) / 1000 };
};

const compare = async (options: CompareOptions): Promise<number> => {
  const rules = await rulesToRun(options);
  if (rules.length === 0) throw new Error('no rule that could be run is left');
  const target = resolve(options.target);
  const semgrep = await runSemgrep(options.semgrep, rules, target, options.workers);
  const ours = await runOurs(rules, semgrep.scanned, options);
  const compared = compareFindings(semgrep.findings, ours.findings);
  if (options.json) {
    console.log(
      JSON.stringify(
        { ruleCount: rules.length, fileCount: semgrep.scanned.length, ...compared, semgrepErrors: semgrep.errors, failures: ours.failures },
        null,
        2,
      ),
    );
  } else {
    for (const difference of compared.differences.slice(0, options.limit)) console.log(differenceText(difference));
    const rest = compared.differences.length - options.limit;
    if (rest > 0) console.log(`and ${rest} more`);
    for (const { path, message } of ours.failures) console.log(`ours failed  ${path}  ${message}`);
    for (const { path, message } of semgrep.errors) console.log(`semgrep says  ${path ?? ''}  ${message.split('\n', 1)[0]}`);
    console.log(rulesText(compared));
    console.log(
      `${rules.length} rules, ${semgrep.scanned.length} files; semgrep ${semgrep.seconds.toFixed(1)} s, ours ${ours.seconds.toFixed(1)} s`,
    );
  }
  return compared.differences.length > 0 ? 1 : 0;
};

const main = async (): Promise<number> => {
  let options: CompareOptions;
  try {
    options = readCompareOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return 4;
  }
  try {
    return await compare(options);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
};

process.exitCode = await main();
