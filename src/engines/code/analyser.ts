import { createHash } from 'node:crypto';
import { threadCpuMs } from '../../lib/clock.ts';
import type { FileAnalyser, FileAnalysis, FileInput } from '../engine.ts';
import type { CompiledRules } from './compile-rules.ts';
import { createFindingMaker } from './findings/finding.ts';
import { readSourceText } from './findings/source-text.ts';
import { createScope } from './scope.ts';
import { createSearcher, maxCharacters } from './searcher.ts';
import { firstLineOfBytes, isScriptName } from './syntax/languages.ts';

/** Nothing of a worker thread waits for an abort: the thread is ended. */
const neverAborted = (): AbortSignal => new AbortController().signal;

/** The rules of one thread, over one file after the other. */
export const createCodeAnalyser = (program: CompiledRules): FileAnalyser => {
  const searcher = createSearcher(program, { now: threadCpuMs });
  const speaksOf = createScope(program.rules);
  const makeFindings = createFindingMaker();

  const analyse = ({ path, bytes }: FileInput): FileAnalysis => {
    if (!speaksOf(path, firstLineOfBytes(bytes))) return { findings: [], state: 'excluded', reason: 'not_applicable' };
    const source = readSourceText(bytes);
    if (source === undefined) return { findings: [], state: 'excluded', reason: 'binary' };
    const { text, isDamaged } = source;
    if (text.length > maxCharacters) {
      const detail = `${text.length} characters, code is read up to ${maxCharacters}`;
      return { findings: [], state: 'excluded', reason: 'too_large', detail };
    }
    const { hits, state, reason, detail } = searcher.search({ path, text });
    const fileDigest = (): string | undefined => (isDamaged ? undefined : createHash('sha256').update(bytes).digest('hex'));
    const findings = makeFindings({ path, text, hits, fileDigest });
    if (state === 'analysed' && isDamaged) return { findings, state: 'degraded', reason: 'encoding', detail: 'not all of it is UTF-8' };
    return { findings, state, ...(reason === undefined ? {} : { reason }), ...(detail === undefined ? {} : { detail }) };
  };

  return {
    warm: (paths) =>
      searcher.warm(
        paths.filter((path) => isScriptName(path) || speaksOf(path, '')),
        { signal: neverAborted() },
      ),
    analyse,
  };
};
