/**
 * Speed of the secrets engine on one thread, beside the same expressions run over whole files:
 * `node bench/secrets.ts <directory> [--config gitleaks.toml] [--runs 5]`. Prints medians in MB/s and the ratio.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createAnalyser } from '../src/engines/secrets/analyser.ts';
import { createKeywordHits, scanKeywords } from '../src/engines/secrets/automaton.ts';
import { createDetector, keywordsOf } from '../src/engines/secrets/detector.ts';
import { isRegexError, translateGoRegex } from '../src/engines/secrets/go-regex.ts';
import type { AnalyserOptions } from '../src/engines/secrets/rule-spec.ts';
import { type CorpusFile, isBinary, median, prepareOptions, readCorpus } from './secrets-corpus.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { config: { type: 'string' }, runs: { type: 'string', default: '5' } },
});
const [directory] = positionals;
if (directory === undefined) {
  process.stderr.write('usage: node bench/secrets.ts <directory> [--config gitleaks.toml] [--runs 5]\n');
  process.exit(4);
}

/** Median milliseconds of a pass over all files, after one to warm up. */
const timed = (runs: number, files: readonly CorpusFile[], pass: (file: CorpusFile) => void): number => {
  const times = Array.from({ length: runs + 1 }, () => {
    const start = performance.now();
    for (const file of files) pass(file);
    return performance.now() - start;
  });
  return median(times.slice(1));
};

/** The peer: keywords decide which rules run, and these run over the whole file. */
const wholeFilePass = (options: AnalyserOptions): ((file: CorpusFile) => void) => {
  const keywords = keywordsOf(options.rules);
  const compiled = options.rules.map((rule) => {
    const translated = translateGoRegex(rule.regex ?? '(?:)');
    return rule.regex === undefined || isRegexError(translated) ? undefined : new RegExp(translated.source, 'g');
  });
  const rulesOf = keywords.map((keyword) => [...options.rules.keys()].filter((index) => options.rules[index]?.keywords.includes(keyword)));
  const hits = createKeywordHits();
  return (file) => {
    hits.count = 0;
    scanKeywords(options.automaton, file.bytes, 0, file.bytes.length, new Int32Array(1), hits);
    const wanted = new Set<number>();
    for (let at = 0; at < hits.count; at += 1) for (const index of rulesOf[hits.keywords[at] ?? 0] ?? []) wanted.add(index);
    if (wanted.size === 0) return;
    const text = file.bytes.toString('latin1');
    for (const index of wanted) {
      const expression = compiled[index];
      if (expression === undefined) continue;
      expression.lastIndex = 0;
      for (let match = expression.exec(text); match !== null; match = expression.exec(text)) if (match[0] === '') expression.lastIndex += 1;
    }
  };
};

const runs = Math.max(1, Number(values.runs));
const files = (await readCorpus(directory)).filter((file) => !isBinary(file));
const megabytes = files.reduce((sum, file) => sum + file.bytes.length, 0) / 1e6;
const started = performance.now();
const options = await prepareOptions(values.config, randomBytes(32));
const prepareMs = performance.now() - started;
const opened = performance.now();
const analyser = createAnalyser(options);
const openMs = performance.now() - opened;
const detector = createDetector(options);
const hits = createKeywordHits();

const keywordMs = timed(runs, files, (file) => {
  hits.count = 0;
  scanKeywords(options.automaton, file.bytes, 0, file.bytes.length, new Int32Array(1), hits);
});
const detectMs = timed(runs, files, (file) => void detector.detect({ path: file.path, commit: undefined }, file.bytes));
const analyseMs = timed(runs, files, (file) => void analyser.analyse(file));
const wholeMs = timed(1, files, wholeFilePass(options));

const rate = (ms: number): string => `${((megabytes / ms) * 1000).toFixed(1).padStart(8)} MB/s`;
process.stdout.write(
  [
    `${directory}: ${files.length} files, ${megabytes.toFixed(1)} MB, ${options.rules.length} rules, median of ${runs}`,
    `prepare               ${prepareMs.toFixed(1).padStart(8)} ms   open ${openMs.toFixed(1)} ms`,
    `keywords alone        ${rate(keywordMs)}`,
    `keywords and regexes  ${rate(detectMs)}`,
    `whole engine          ${rate(analyseMs)}   (keywords ${share(keywordMs)}, regexes ${share(detectMs - keywordMs)}, decoding and findings ${share(analyseMs - detectMs)})`,
    `peer: whole files     ${rate(wholeMs)}   ratio ${(wholeMs / analyseMs).toFixed(1)}`,
    '',
  ].join('\n'),
);

function share(ms: number): string {
  return `${((ms / analyseMs) * 100).toFixed(0)} %`;
}
