/** Scans files, one at a time, on a thread of its own. `workerData` is the rules. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { compileRules } from '../../src/engines/code/compile-rules.ts';
import { readSourceText } from '../../src/engines/code/findings/source-text.ts';
import type { CodeRule } from '../../src/engines/code/rule/code-rule.ts';
import { createSearcher, type Searcher } from '../../src/engines/code/searcher.ts';
import { createGrammars } from '../../src/engines/code/syntax/grammar.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { createBytePlaces } from './byte-places.ts';
import type { PlacedFinding } from './differences.ts';

export type ScanAnswer = { readonly findings: readonly PlacedFinding[]; readonly failure?: string };

const options = { signal: new AbortController().signal };

const openSearcher = async (rules: readonly CodeRule[]): Promise<Searcher> => {
  const grammars = createGrammars();
  const { program } = await compileRules(rules, grammars, options);
  return createSearcher(program, { now: Date.now }, grammars);
};

const opened = openSearcher(workerData as readonly CodeRule[]);

const scan = async (path: string): Promise<ScanAnswer> => {
  try {
    const searcher = await opened;
    const source = readSourceText(await readFile(path));
    if (source === undefined) return { findings: [] };
    const { text } = source;
    await searcher.warm([path], options);
    const { hits, state, detail } = searcher.search({ path, text });
    const { placeOf } = createBytePlaces(text);
    const findings = hits.map(({ rule, start, end }): PlacedFinding => {
      const [from, to] = [placeOf(start), placeOf(end)];
      return {
        ruleId: rule.id,
        path,
        start: from.offset,
        end: to.offset,
        startLine: from.line,
        startColumn: from.column,
        endLine: to.line,
        endColumn: to.column,
      };
    });
    return state === 'failed' ? { findings, failure: detail ?? 'not matched to its end' } : { findings };
  } catch (error) {
    return { findings: [], failure: messageOf(error) };
  }
};

parentPort?.on('message', (path: string) => {
  void scan(path).then((answer) => parentPort?.postMessage(answer));
});
