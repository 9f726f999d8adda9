import { parseArgs } from 'node:util';
import type { Half } from './options.ts';

export interface CompareOptions {
  readonly folders: readonly string[];
  readonly target: string;
  /** The program, by path or by a name on PATH. */
  readonly semgrep: string;
  readonly language?: string;
  readonly half: Half | 'all';
  readonly ruleId?: string;
  /** Of listed differences. */
  readonly limit: number;
  readonly workers: number;
  /** For one file. */
  readonly timeoutMs: number;
  readonly json: boolean;
}

export const usage = `npm run conformance:compare -- --rules <folder> --target <folder> [options]

Runs a Semgrep that is on this machine and the code engine, the same rules over the same files, and lists what differs finding by finding.

  --rules PATH           a folder of rules, or a rule file; repeatable
  --target DIR           what to scan
  --semgrep PROGRAM      default: semgrep on PATH
  --lang NAME            only rules that have this language
  --half dev|held|all    rules by the first byte of SHA-256 of their id: even dev, odd held; default dev
  --rule ID              only this rule
  --limit N              list at most N differences, default 200
  --workers N            threads, and jobs of Semgrep; default 2
  --timeout SECONDS      for one file of ours, default 30
  --json                 everything as JSON on standard output

Files are those Semgrep chose to scan. Comments that suppress findings are ignored by both. Only rules that we load are run.

Exit code: 0 no difference, 1 some, 2 a program failed, 4 wrong usage.
`;

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1, not "${text}"`);
  return value;
};

/** @throws Error saying what is wrong with the command line */
export const readCompareOptions = (args: readonly string[]): CompareOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rules: { type: 'string', multiple: true, default: [] },
      target: { type: 'string' },
      semgrep: { type: 'string', default: 'semgrep' },
      lang: { type: 'string' },
      half: { type: 'string', default: 'dev' },
      rule: { type: 'string' },
      limit: { type: 'string', default: '200' },
      workers: { type: 'string', default: '2' },
      timeout: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.rules.length === 0) throw new Error('name rules with --rules');
  if (values.target === undefined) throw new Error('name what to scan with --target');
  if (values.half !== 'dev' && values.half !== 'held' && values.half !== 'all') {
    throw new Error(`--half wants dev, held or all, not "${values.half}"`);
  }
  return {
    folders: values.rules,
    target: values.target,
    semgrep: values.semgrep,
    ...(values.lang === undefined ? {} : { language: values.lang }),
    half: values.half,
    ...(values.rule === undefined ? {} : { ruleId: values.rule }),
    limit: positive('limit', values.limit),
    workers: positive('workers', values.workers),
    timeoutMs: positive('timeout', values.timeout) * 1000,
    json: values.json,
  };
};
