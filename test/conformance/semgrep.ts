import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CodeRule } from '../../src/engines/code/rule/code-rule.ts';
import type { PlacedFinding } from './differences.ts';

export interface SemgrepRun {
  readonly findings: readonly PlacedFinding[];
  /** Absolute paths of the files some rule looked at. */
  readonly scanned: readonly string[];
  /** What it says went wrong, with the absolute path where there is one. */
  readonly errors: readonly { readonly path?: string; readonly message: string }[];
  readonly seconds: number;
}

const place = z.object({ line: z.number(), col: z.number(), offset: z.number() });
const answer = z.object({
  results: z.array(z.object({ check_id: z.string(), path: z.string(), start: place, end: place })),
  paths: z.object({ scanned: z.array(z.string()) }),
  errors: z.array(z.object({ path: z.string().optional(), type: z.unknown(), message: z.string().optional() })),
});

const ruleList = z.object({ rules: z.array(z.looseObject({ id: z.string() })) });

/** The same rules in one file, as they are written: those we run, and no other. */
const rulesAsWritten = async (rules: readonly CodeRule[]): Promise<string> => {
  const written: unknown[] = [];
  for (const [path, own] of Map.groupBy(rules, ({ source }) => source.path)) {
    const ids = new Set(own.map(({ id }) => id));
    const list = ruleList.parse(parse(await readFile(path, 'utf8')));
    written.push(...list.rules.filter(({ id }) => ids.has(id)));
  }
  return JSON.stringify({ rules: written });
};

const run = (program: string, args: readonly string[], cwd: string): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  new Promise((settle, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, SEMGREP_SEND_METRICS: 'off' }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', () => settle({ stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }));
  });

/** One run over all rules, with every comment that suppresses findings ignored. @throws Error when Semgrep gives no answer */
export const runSemgrep = async (program: string, rules: readonly CodeRule[], target: string, jobs: number): Promise<SemgrepRun> => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-compare-'));
  try {
    const config = join(folder, 'rules.yaml');
    await writeFile(config, await rulesAsWritten(rules));
    const started = performance.now();
    const flags = ['--json', '--quiet', '--metrics=off', '--disable-version-check', '--disable-nosem', '--no-git-ignore'];
    const limits = ['--max-target-bytes', '0', '--no-rewrite-rule-ids', '--jobs', String(jobs)];
    const { stdout, stderr } = await run(program, ['scan', '--config', config, ...flags, ...limits, '.'], target);
    const seconds = (performance.now() - started) / 1000;
    if (stdout.trim() === '') throw new Error(`${program} gave no answer: ${stderr.slice(-2000)}`);
    const { results, paths, errors } = answer.parse(JSON.parse(stdout));
    return {
      seconds,
      scanned: paths.scanned.map((path) => resolve(target, path)),
      findings: results.map(({ check_id, path, start, end }) => ({
        ruleId: check_id,
        path: resolve(target, path),
        start: start.offset,
        end: end.offset,
        startLine: start.line,
        startColumn: start.col,
        endLine: end.line,
        endColumn: end.col,
      })),
      errors: errors.map(({ path, type, message }) => ({
        ...(path === undefined ? {} : { path: resolve(target, path) }),
        message: message ?? JSON.stringify(type),
      })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
