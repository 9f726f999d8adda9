import { parseArgs } from 'node:util';

/** Rules are split by a hash of their id: one half may be looked at while the engine is worked on, the other only counted. */
export type Half = 'dev' | 'held';

export interface ConformanceOptions {
  /** Folders of rules with their tests. */
  readonly folders: readonly string[];
  /** Canonical name; absent: all. */
  readonly language?: string;
  readonly half: Half | 'all';
  readonly ruleId?: string;
  readonly failures: boolean;
  /** Of listed failures. */
  readonly limit: number;
  readonly workers: number;
  /** For one test file. */
  readonly timeoutMs: number;
  readonly json: boolean;
}

export const usage = `npm run conformance -- --rules <folder> [--rules <folder>] [options]

Runs every Semgrep rule below the folders on the annotated files beside it and counts what is found as those files say.

  --rules DIR            a folder of rules; repeatable
  --lang NAME            only this language
  --half dev|held|all    rules by the first byte of SHA-256 of their id: even dev, odd held; default all
  --rule ID              only this rule
  --failures             list what is missing and what nobody expected; of the dev half, unless --half says otherwise
  --limit N              list at most N of them, default 200
  --workers N            threads, default 2
  --timeout SECONDS      for one test file, default 30
  --json                 everything as JSON on standard output

How it is counted: rules that are no search (mode: taint and the like) are left out, they and what the tests say of them. A search rule that cannot be
loaded counts: all its tests expect is missed. A test file is exactly right when every rule of it that counts finds every line it should and no
other; it counts for the language it is read as. Lines that a todo annotation speaks of count neither way, and "paths:" of rules is not looked at.

Exit code: 0 the targets are met, 1 they are not, 2 nothing could be run, 4 wrong usage.
`;

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1, not "${text}"`);
  return value;
};

const isHalf = (text: string): text is ConformanceOptions['half'] => text === 'dev' || text === 'held' || text === 'all';

/** @throws Error saying what is wrong with the command line */
export const readOptions = (args: readonly string[]): ConformanceOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rules: { type: 'string', multiple: true, default: [] },
      lang: { type: 'string' },
      half: { type: 'string' },
      rule: { type: 'string' },
      failures: { type: 'boolean', default: false },
      limit: { type: 'string', default: '200' },
      workers: { type: 'string', default: '2' },
      timeout: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.rules.length === 0) throw new Error('name a folder of rules with --rules');
  const half = values.half ?? (values.failures ? 'dev' : 'all');
  if (!isHalf(half)) throw new Error(`--half wants dev, held or all, not "${half}"`);
  return {
    folders: values.rules,
    ...(values.lang === undefined ? {} : { language: values.lang }),
    half,
    ...(values.rule === undefined ? {} : { ruleId: values.rule }),
    failures: values.failures,
    limit: positive('limit', values.limit),
    workers: positive('workers', values.workers),
    timeoutMs: positive('timeout', values.timeout) * 1000,
    json: values.json,
  };
};
