/**
 * `npm run check`: everything that needs nothing but the project itself. One line for each step, the output of a failing step in full,
 * exit 1 when any failed. `npm test` runs this and the end-to-end tests.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addTotals, formatTotals, noTests, totalsOf } from './totals.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`the checks need the project's own Node 24, this is ${process.versions.node}: run "npm ci", then "npm run check"`);
  process.exit(1);
}

interface Step {
  readonly name: string;
  /** A program of node_modules/.bin or a script of scripts/, and its arguments. */
  readonly command: readonly [string, ...string[]];
}

interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

const projectRoot = join(import.meta.dirname, '..');
const resultsDir = join(projectRoot, '.cache', 'check');
const testResults = join(resultsDir, 'tests.json');

/** These run two at a time; the tests follow alone, since they use both processors themselves. */
const staticSteps: readonly Step[] = [
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'] },
  { name: 'format', command: ['biome', 'ci', '--linter-enabled=false', '--colors=off', '.'] },
  { name: 'layers', command: ['scripts/check-layers.ts'] },
  { name: 'generated', command: ['scripts/generate.ts', '--check'] },
  { name: 'lock', command: ['scripts/complete-lock.ts', '--check'] },
  { name: 'requirements', command: ['scripts/requirements.ts'] },
  { name: 'links', command: ['scripts/check-links.ts'] },
];
const tests: Step = {
  name: 'tests',
  command: [
    'vitest',
    'run',
    '--project',
    'unit',
    '--project',
    'contract',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${testResults}`,
  ],
};

const run = ({ name, command: [program, ...args] }: Step): Promise<StepResult> =>
  new Promise((resolve) => {
    const startedAtMs = performance.now();
    const pieces: Buffer[] = [];
    const isScript = program.endsWith('.ts');
    const path = isScript ? join(projectRoot, program) : join(projectRoot, 'node_modules', '.bin', program);
    // Programs of node_modules/.bin find their Node on PATH, which may be another one: theirs is named first.
    const child = spawn(isScript ? process.execPath : path, isScript ? [path, ...args] : args, {
      cwd: projectRoot,
      env: {
        ...process.env,
        PATH: `${join(projectRoot, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (ok: boolean, note = ''): void => {
      const output = `${Buffer.concat(pieces).toString()}${note}`.trim();
      resolve({ name, ok, seconds: (performance.now() - startedAtMs) / 1000, output });
    };
    child.stdout.on('data', (piece: Buffer) => void pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => void pieces.push(piece));
    child.once('error', (error) => end(false, `${program} could not be started: ${error.message}`));
    child.once('close', (code, signal) => end(code === 0, signal === null ? '' : `\nended by ${signal}`));
  });

/** The one line that a step which passed has to say, if any. */
const gist = (result: StepResult): string => {
  if (!result.ok || result.name === 'tests') return '';
  return /^\d+ [^\n]*$/.test(result.output) ? result.output : '';
};

const show = (result: StepResult, note = gist(result)): void => {
  console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${result.seconds.toFixed(1).padStart(5)} s  ${result.name}${note === '' ? '' : `: ${note}`}`);
  if (!result.ok) console.log(`${result.output.replace(/^/gm, '     ')}\n`);
};

const runStatic = async (): Promise<readonly StepResult[]> => {
  const results: StepResult[] = [];
  const queue = staticSteps.values();
  const runRest = async (): Promise<void> => {
    for (const step of queue) {
      const result = await run(step);
      show(result);
      results.push(result);
    }
  };
  await Promise.all([runRest(), runRest()]);
  return results;
};

const readTotals = () => {
  try {
    return totalsOf(JSON.parse(readFileSync(testResults, 'utf8')));
  } catch {
    return noTests;
  }
};

rmSync(resultsDir, { recursive: true, force: true });
mkdirSync(resultsDir, { recursive: true });
console.log(`Node ${process.versions.node} (${realpathSync(process.execPath)})`);

const staticResults = await runStatic();
const ran = await run(tests);
const totals = readTotals();
const testResult: StepResult = { ...ran, ok: ran.ok && totals.passed > 0 };
show(testResult, formatTotals(totals));
for (const [line] of testResult.ok ? testResult.output.matchAll(/^skipped: .*$/gm) : []) console.log(`              ${line}`);

writeFileSync(join(resultsDir, 'steps.json'), JSON.stringify({ steps: staticResults.map(({ name, ok }) => ({ name, ok })) }));
const failed = [...staticResults, testResult].filter((result) => !result.ok);
const all = addTotals(totals, totalsOf({ steps: staticResults }));
console.log(failed.length === 0 ? `check passed (${formatTotals(all)})` : `check failed: ${failed.map(({ name }) => name).join(', ')}`);
if (failed.length > 0) process.exitCode = 1;
