import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileCoverage } from '../domain/coverage.ts';
import type { CommitRef, FileLocation, RawFinding } from '../domain/finding.ts';
import type { OnProgress } from '../domain/progress.ts';
import { AppError } from '../lib/errors.ts';
import { interleave } from '../lib/interleave.ts';
import type { Checkout } from '../ports/checkout/checkout.ts';
import { flag, type GitCommand } from '../ports/checkout/git-command.ts';
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

/**
 * Merges take git much longer, so they are read beside the others. Newest first in each, so that the first commit met with a secret is
 * the newest of its kind that has it.
 */
const commitKinds = ['ordinary', 'merge'] as const;
type CommitKind = (typeof commitKinds)[number];

const logCommand = (kind: CommitKind): GitCommand => ({
  name: 'log',
  flags: [
    flag('--all'),
    flag('--date-order'),
    flag('--patch'),
    flag('--unified=0'),
    ...(kind === 'merge' ? [flag('--merges'), flag('--diff-merges=dense-combined')] : [flag('--no-merges')]),
    flag('--full-history'),
    flag(`--format=${logFormat}`),
    flag('--src-prefix=a/'),
    flag('--dst-prefix=b/'),
  ],
});

/** Where an item came from. */
interface Origin extends Omit<AddedLines, 'bytes'> {
  readonly kind: CommitKind;
}

/** The line of the file that a line of the added text is. */
const lineInFile = (added: Pick<AddedLines, 'hunks'>, line: number): number => {
  const hunk = added.hunks.findLast(({ firstLine }) => firstLine <= line);
  return hunk === undefined ? line : hunk.fileLine + line - hunk.firstLine;
};

const inCommit = (located: LocatedFinding, origin: Origin): LocatedFinding => {
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

/** The commit to name, of the newest ordinary commit and the newest merge with the same problem. */
const newerOf = (met: ReadonlyMap<CommitKind, Origin>): CommitRef | undefined => {
  const [ordinary, merge] = [met.get('ordinary')?.commit, met.get('merge')?.commit];
  if (ordinary === undefined || merge === undefined) return ordinary ?? merge;
  return Date.parse(merge.authoredAt) > Date.parse(ordinary.authoredAt) ? merge : ordinary;
};

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
  const origins = new Map<number, Origin>();
  let sequence = 0;

  async function* addedLines(kind: CommitKind): AsyncGenerator<AddedLines & { readonly kind: CommitKind }> {
    const parser = createLogParser({
      pieceBytes,
      lineBytes: options.fileBytes,
      onLongLine: (path, commit) => longLines.push({ path, commit }),
      onCommit: () => {
        commits += 1;
        options.onProgress({ type: 'commits', engine, done: commits, total: Math.max(total, commits), findings });
      },
    });
    const log = streamGit(logCommand(kind), {
      gitDir,
      searchPath,
      timeoutMs: historyTimeoutMs,
      maxOutputBytes: Number.POSITIVE_INFINITY,
      signal,
    });
    log.stdin.end();
    let ended = false;
    try {
      for await (const chunk of log.stdout) for (const added of parser.push(chunk as Buffer)) yield { ...added, kind };
      await log.done;
      ended = true;
    } finally {
      if (!ended) log.stop();
    }
    for (const added of parser.end()) yield { ...added, kind };
  }

  async function* plannedItems(): AsyncGenerator<PlannedItem> {
    for await (const { bytes, ...origin } of interleave(commitKinds.map(addedLines))) {
      if (!origin.path.startsWith(prefix)) continue;
      const path = origin.path.slice(prefix.length);
      if (excluded.decideWithParents(path)?.ignored === true) continue;
      origins.set(sequence++, origin);
      yield { path, sizeBytes: bytes.length, text: bytes, commit: origin.commit.sha };
    }
    if (commits !== total) throw new AppError('git_failed', `git shows ${total} commits, but only ${commits} could be read`);
  }

  /** The newest of each kind of commit that has a problem, the first one met. */
  const newest = new Map<string, Map<CommitKind, Origin>>();
  const outcome = await runFileEngines(
    plannedItems(),
    options,
    {
      keepAnalysed: false,
      onItem: (totals, item) => {
        findings = totals.findings;
        if (item.results.every((result) => result.findings.length === 0 && result.state !== 'failed')) origins.delete(item.sequence);
      },
      place: (at, located) => {
        const origin = origins.get(at);
        if (origin === undefined) return undefined;
        const key = sameness(located.finding);
        const met = newest.get(key) ?? new Map<CommitKind, Origin>();
        newest.set(key, met);
        if (met.has(origin.kind)) return undefined;
        met.set(origin.kind, origin);
        return inCommit(located, origin);
      },
    },
    { signal },
  );
  const witnessed = outcome.witnessed.filter(({ raw }) => {
    const met = newest.get(sameness(raw));
    const commit = raw.location.type === 'file' ? raw.location.commit : undefined;
    return met === undefined || commit === undefined || newerOf(met) === commit;
  });
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
  return { ...outcome, witnessed, files: [...outcome.files, ...cut, ...beyond], commits };
};
