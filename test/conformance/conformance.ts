/** Measures from outside how much of Semgrep's rule language is understood: see `options.ts` for how it is used and counted. */
import { compileRules } from '../../src/engines/code/compile-rules.ts';
import { loadRules } from '../../src/engines/code/rule/load-rules.ts';
import { createGrammars } from '../../src/engines/code/syntax/grammar.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { type CollectionParts, readCollection } from './collection.ts';
import { halfOf } from './half.ts';
import { type ConformanceOptions, readOptions, usage } from './options.ts';
import { runTests } from './run-tests.ts';
import { failuresOf, failureText, tallyText } from './summary-text.ts';
import { tallyOf } from './tally.ts';
import { missedTargets } from './targets.ts';

const titles = { dev: 'dev half', held: 'held half', all: 'all rules' } as const;

const measure = async (options: ConformanceOptions): Promise<number> => {
  const started = performance.now();
  const { signal } = new AbortController();
  const grammars = createGrammars();
  const compile: CollectionParts['compile'] = async (rules) => {
    const { program, unsupported } = await compileRules(rules, grammars, { signal });
    return { rules: program.rules, unsupported };
  };
  const collection = await readCollection(options.folders, { loadRules, compile }, { signal });
  grammars.close();
  const isWanted = (ruleId: string): boolean =>
    (options.half === 'all' || halfOf(ruleId) === options.half) && (options.ruleId === undefined || ruleId === options.ruleId);
  const tests = collection.tests.filter(
    ({ language, countedIds }) => (options.language === undefined || language === options.language) && countedIds.some(isWanted),
  );
  const rules = collection.rules.filter(({ languages }) => options.language === undefined || languages.includes(options.language));
  const runs = await runTests(tests, { ...options, module: new URL('worker.ts', import.meta.url) });
  const halves = options.half === 'all' ? (['dev', 'held', 'all'] as const) : [options.half];
  const tallies = halves.map((half) => {
    const tally = tallyOf({ rules, problems: options.language === undefined ? collection.problems : [] }, runs, half, options.ruleId);
    return { half, tally, missed: missedTargets(tally) };
  });
  const failures = options.failures ? failuresOf(runs, isWanted).slice(0, options.limit) : [];
  const seconds = (performance.now() - started) / 1000;
  if (options.json) console.log(JSON.stringify({ seconds, halves: tallies, ...(options.failures ? { failures } : {}) }, null, 2));
  else {
    for (const failure of failures) console.log(failureText(failure));
    for (const { half, tally } of tallies) console.log(tallyText(titles[half], tally));
    for (const { half, missed } of tallies) for (const sentence of missed) console.log(`below target, ${titles[half]}: ${sentence}`);
    console.log(`${tests.length} test files in ${seconds.toFixed(1)} s`);
  }
  return tallies.some(({ missed }) => missed.length > 0) ? 1 : 0;
};

const main = async (): Promise<number> => {
  let options: ConformanceOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return 4;
  }
  try {
    return await measure(options);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
};

process.exitCode = await main();
