import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileCoverage } from '../domain/coverage.ts';
import type { CommitRef, FileLocation, RawFinding } from '../domain/finding.ts';
import type { OnProgress } from '../domain/progress.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout } from '../ports/checkout/checkout.ts';
import { flag } from '../ports/checkout/git-command.ts';
import { runGit, streamGit } from '../ports/checkout/git-process.ts';
import { shadowRepository } from '../ports/checkout/git-shadow.ts';
import { createIgnoreRules, type IgnoreRules, ignoreFileBytes } from '../ports/checkout/ignore-rules.ts';
import { type AddedLines, createLogParser, logFormat } from './git-log-parser.ts';
import type { EngineOutcome } from './outcome.ts';
import type { LocatedFinding } from './pool/protocol.ts';
import { createFileReader } from './pool/read-file.ts';
import { type FileRunOptions, type PlannedItem, runFileEngines } from './run-file-engines.ts';

export interface HistoryOptions extends FileRunOptions {
  /** Patterns (gitignore syntax) of paths to leave out. */
  readonly exclude: readonly string[];
  /** Existing private directory. */
  readonly scratchDir: string;
  /** Folders to find git in, as in `PATH`. */
  readonly searchPath: string;
  readonly onProgress: OnProgress;
}

/** Reading a long history may take hours; only the person ends it. */
const historyTimeoutMs = 24 * 3_600_000;
const pieceBytes = 4 * 1024 ** 2;
const countBytes = 1024;

const countCommits = async (gitDir: string, searchPath: string, signal: AbortSignal): Promise<number> => {
  const { exitCode, stdout } = await runGit(
    { name: 'rev-list', flags: [flag('--all'), flag('--count')] },
    { gitDir, searchPath, timeoutMs: historyTimeoutMs, maxOutputBytes: countBytes, signal },
  );
  return exitCode === 0 ? Number(stdout.toString('latin1').trim()) : 0;
};

/** What the files of today say is to be left out holds for all of history. */
const readExclusions = (checkout: Checkout, patterns: readonly string[]): IgnoreRules => {
  const rules = createIgnoreRules();
  rules.add({ directory: '', name: 'exclude', text: patterns.join('\n') });
  const read = createFileReader(checkout.root, ignoreFileBytes);
  for (const file of checkout.files) {
    const directory = dirname(file.path);
    if (basename(file.path) !== '.sightlineignore') continue;
    const found = read(file.path, file.pathBytes);
    if (found.ok)
      rules.add({ directory: directory === '.' ? '' : directory, name: file.path, text: Buffer.from(found.bytes).toString('utf8') });
  }
  return rules;
};

/** Everything reachable: newest first, so that the first commit met with a secret is the newest that has it. */
const logCommand = {
  name: 'log',
  flags: [
    flag('--all'),
    flag('--date-order'),
    flag('--patch'),
    flag('--unified=0'),
    flag('--diff-merges=dense-combined'),
    flag('--full-history'),
    flag(`--format=${logFormat}`),
    flag('--src-prefix=a/'),
    flag('--dst-prefix=b/'),
  ],
} as const;

/** The line of the file that a line of the added text is. */
const lineInFile = (added: Pick<AddedLines, 'hunks'>, line: number): number => {
  const hunk = added.hunks.findLast(({ firstLine }) => firstLine <= line);
  return hunk === undefined ? line : hunk.fileLine + line - hunk.firstLine;
};

const inCommit = (located: LocatedFinding, origin: Omit<AddedLines, 'bytes'>): LocatedFinding => {
  const { finding } = located;
  if (finding.location.type !== 'file') return located;
  const { startLine, endLine } = finding.location;
  const location: FileLocation = {
    ...finding.location,
    startLine: lineInFile(origin, startLine),
    endLine: lineInFile(origin, endLine),
    commit: origin.commit,
  };
  const snippet = finding.snippet && { ...finding.snippet, startLine: lineInFile(origin, finding.snippet.startLine) };
  // The hash of a line needs the whole file, which history does not have.
  const { lineHash: _, ...rest } = located;
  return { ...rest, finding: { ...finding, location, ...(snippet === undefined ? {} : { snippet }) } };
};

/** Same rule, path and secret (or, of engines without keyed evidence, same content): one finding, whatever commits repeat it. */
const sameness = (finding: RawFinding): string =>
  JSON.stringify([finding.ruleId, finding.location.path, finding.evidence?.[0]?.value ?? finding.identity]);

/**
 * Runs the file engines over every line any commit ever added. Each problem is reported once a path, at the newest commit that added it.
 * @throws AppError `git_history_missing`, `git_failed`, the signal's reason
 */
export const runHistory = async (
  checkout: Checkout,
  options: HistoryOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<EngineOutcome> => {
  const { repository } = checkout;
  if (repository === undefined) {
    throw new AppError('git_history_missing', `${checkout.target.location} is not a git repository, so it has no history`, {
      hint: 'Leave --history out.',
    });
  }
  const { prefix } = repository;
  const engine = options.engines.map((each) => each.engine.name).join('+');
  const { searchPath } = options;
  const shadow = { directory: join(options.scratchDir, 'history'), searchPath, timeoutMs: historyTimeoutMs, signal };
  const gitDir = await shadowRepository({ gitDir: repository.gitDir, commit: repository.commit, allRefs: true }, shadow);
  const total = await countCommits(gitDir, searchPath, signal);
  const excluded = readExclusions(checkout, options.exclude);

  let commits = 0;
  let findings = 0;
  const longLines: { readonly path: string; readonly commit: CommitRef }[] = [];
  /** Where the items came from, until their result shows that nothing was found. */
  const origins = new Map<number, Omit<AddedLines, 'bytes'>>();
  let sequence = 0;

  async function* addedLines(): AsyncGenerator<PlannedItem> {
    const parser = createLogParser({
      pieceBytes,
      lineBytes: options.fileBytes,
      onLongLine: (path, commit) => longLines.push({ path, commit }),
      onCommit: () => {
        commits += 1;
        options.onProgress({ type: 'commits', engine, done: commits, total: Math.max(total, commits), findings });
      },
    });
    const plan = (added: AddedLines): PlannedItem[] => {
      const { bytes, ...origin } = added;
      if (!origin.path.startsWith(prefix)) return [];
      const path = origin.path.slice(prefix.length);
      if (excluded.decideWithParents(path)?.ignored === true) return [];
      origins.set(sequence++, origin);
      return [{ path, sizeBytes: bytes.length, text: bytes, commit: origin.commit.sha }];
    };
    const log = streamGit(logCommand, {
      gitDir,
      searchPath,
      timeoutMs: historyTimeoutMs,
      maxOutputBytes: Number.POSITIVE_INFINITY,
      signal,
    });
    log.stdin.end();
    for await (const chunk of log.stdout) for (const added of parser.push(chunk as Buffer)) yield* plan(added);
    await log.done;
    for (const added of parser.end()) yield* plan(added);
    if (commits !== total) throw new AppError('git_failed', `git shows ${total} commits, but only ${commits} could be read`);
  }

  const seen = new Set<string>();
  const outcome = await runFileEngines(
    addedLines(),
    options,
    {
      keepAnalysed: false,
      onItem: (totals, item) => {
        findings = totals.findings;
        if (item.results.every((result) => result.findings.length === 0 && result.state !== 'failed')) origins.delete(item.sequence);
      },
      place: (at, located) => {
        const origin = origins.get(at);
        const key = sameness(located.finding);
        if (origin === undefined || seen.has(key)) return undefined;
        seen.add(key);
        return inCommit(located, origin);
      },
    },
    { signal },
  );
  const cut = longLines.map(({ path, commit }) => ({
    path,
    state: 'failed' as const,
    reason: 'budget' as const,
    detail: `commit ${commit.sha.slice(0, 12)} added a line over the file size limit`,
  }));
  const beyond: FileCoverage[] = existsSync(join(gitDir, 'shallow'))
    ? [
        {
          path: '.git/shallow',
          state: 'failed',
          reason: 'unreadable',
          detail:
            'the repository holds only a part of its history ("git fetch --unshallow" brings the rest); what lies before was not read',
        },
      ]
    : [];
  return { ...outcome, files: [...outcome.files, ...cut, ...beyond], commits };
};
