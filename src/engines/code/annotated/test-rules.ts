import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { throwIfAborted } from '../../../lib/abort.ts';
import { AppError, messageOf } from '../../../lib/errors.ts';
import type { RuleTestFailure, RuleTestReport } from '../../rule-report.ts';
import type { CodeRule, LoadedRules, UnsupportedRule } from '../rule/code-rule.ts';
import { listTestFiles } from './list-files.ts';
import { type AnalyseSource, type FileOutcome, type RuleOutcome, runTestFile } from './run-test-file.ts';
import { pairTestFiles, type TestTarget } from './test-files.ts';

/** A test is written by hand; what is larger is something else that has the name of a rule file. */
const largestTestBytes = 10 * 1024 * 1024;

/** @throws AppError `rule_invalid` */
const readTest = async (path: string): Promise<string> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > largestTestBytes) throw new AppError('rule_invalid', `larger than ${largestTestBytes} bytes, which no test is`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const groupByFile = <T extends { readonly source: { readonly path: string } }>(rules: readonly T[]): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(rules, ({ source }) => resolve(source.path));

const ruleFailures = (
  path: string,
  { ruleId, missing, unexpected }: RuleOutcome,
  rules: readonly CodeRule[],
  unsupported: readonly UnsupportedRule[],
): readonly RuleTestFailure[] => {
  const unmet = (kind: 'missing' | 'unexpected') => (line: number) => ({ kind, path, line, ruleId });
  if (rules.some(({ id }) => id === ruleId)) return [...missing.map(unmet('missing')), ...unexpected.map(unmet('unexpected'))];
  const [line] = missing;
  if (line === undefined) return [];
  const refused = unsupported.find(({ id }) => id === ruleId);
  if (refused === undefined) return [{ kind: 'unknown_rule', path, line, ruleId }];
  return [{ kind: 'not_run', path, line, ruleId, detail: refused.reason }];
};

const failuresOf = (
  path: string,
  outcome: FileOutcome,
  rules: readonly CodeRule[],
  unsupported: readonly UnsupportedRule[],
): readonly RuleTestFailure[] => {
  const { malformed, fix } = outcome;
  const failures: RuleTestFailure[] = [
    ...malformed.map(({ line, text }) => ({ kind: 'malformed' as const, path, line, detail: text })),
    ...outcome.rules.flatMap((rule) => ruleFailures(path, rule, rules, unsupported)),
    ...(fix === undefined
      ? []
      : [
          {
            kind: 'fix' as const,
            path,
            line: fix.line,
            detail: `expected ${JSON.stringify(fix.expected)}, got ${JSON.stringify(fix.got)}`,
          },
        ]),
  ];
  return failures.toSorted((a, b) => a.line - b.line);
};

/** Rules are tested by the files beside them: what their comments expect is held against what the rules find. */
export const testRules = async (
  paths: readonly string[],
  parts: {
    readonly loadRules: (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<LoadedRules>;
    readonly analyse: AnalyseSource;
  },
  { signal }: { readonly signal: AbortSignal },
): Promise<RuleTestReport> => {
  const { rules, unsupported, problems } = await parts.loadRules(paths, { signal });
  const rulesByFile = groupByFile(rules);
  const unsupportedByFile = groupByFile(unsupported);
  const failures: RuleTestFailure[] = [];
  const todo: RuleTestReport['todo'][number][] = [];
  const proved = new Set<string>();
  let fileCount = 0;
  let expectationCount = 0;

  const testOne = async ({ path, fixedPath }: TestTarget, own: readonly CodeRule[], refused: readonly UnsupportedRule[]): Promise<void> => {
    throwIfAborted(signal);
    const text = await readTest(path);
    const fixed = fixedPath === undefined ? {} : { fixedText: await readTest(fixedPath) };
    const outcome = await runTestFile({ path, text, ...fixed }, own, parts.analyse);
    failures.push(...failuresOf(path, outcome, own, refused));
    for (const rule of outcome.rules) {
      expectationCount += rule.expected.length + rule.quiet.length;
      if (rule.expected.length > 0) proved.add(rule.ruleId);
      todo.push(...rule.todo.map(({ line, isMet }) => ({ path, line, ruleId: rule.ruleId, isMet })));
    }
  };

  for (const { rulePath, targets } of pairTestFiles(await listTestFiles(paths, { signal }))) {
    const own = rulesByFile.get(resolve(rulePath)) ?? [];
    const refused = unsupportedByFile.get(resolve(rulePath)) ?? [];
    if (own.length + refused.length === 0) continue;
    for (const target of targets) {
      fileCount += 1;
      try {
        await testOne(target, own, refused);
      } catch (error) {
        throwIfAborted(signal);
        failures.push({ kind: 'failed', path: target.path, line: 1, detail: messageOf(error) });
      }
    }
  }
  return {
    ruleCount: rules.length,
    fileCount,
    expectationCount,
    failures,
    todo,
    unproved: rules.map(({ id }) => id).filter((id) => !proved.has(id)),
    problems,
    unsupported,
  };
};
