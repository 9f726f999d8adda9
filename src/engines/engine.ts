import type { CoverageReason } from '../domain/coverage.ts';
import type { FindingKind, RawFinding } from '../domain/finding.ts';
import type { Rule } from '../domain/rule.ts';
import type { FileListing, ToolRequirement, ToolResult, ToolRun } from '../domain/tool.ts';
import type { RuleCheckReport, RuleTestReport } from './rule-report.ts';

/**
 * The plug-in contract. An engine turns a checkout into raw findings; it never reads the environment, opens a database or knows who
 * asked. `scope: 'file'` engines look at one file at a time and run on a pool of worker threads; `scope: 'project'` engines see the
 * whole tree and usually run a tool.
 */
export interface EngineDescriptor {
  /** Folder name, and the prefix people use on the command line. */
  readonly name: string;
  /** Bump when the same input can give other findings: it is part of every cache key. */
  readonly version: string;
  /** One line for `engines list`. */
  readonly summary: string;
  readonly kinds: readonly FindingKind[];
  /** Runs when nobody names engines. */
  readonly isDefault: boolean;
  /**
   * Makes sense of the lines that single commits added, without the files around them. Other engines are left out of a history scan, and
   * refused when they are named for one.
   */
  readonly readsHistory: boolean;
  /** True when code of the scanned repository may run: such an engine refuses to run without a sandbox. */
  readonly executesRepositoryCode: boolean;
  readonly sandbox: 'none' | 'preferred' | 'required';
  readonly network: 'none' | 'required';
  readonly tools: readonly ToolRequirement[];
  /** Upper bound a worker reserves for it. */
  readonly memoryBytes: number;
}

/** What a person or project may set for an engine. */
export interface EngineSettings {
  /** Absolute path of `rules/<engine>/` of this installation. */
  readonly rulesDir: string;
  /** A rule file that replaces the engine's own pack (`--secrets-config`). */
  readonly configPath?: string;
  /** Absolute paths of rule files and folders that are used beside the engine's own pack (`--rules`). */
  readonly rulePaths?: readonly string[];
  /** True: only those of `rulePaths`. */
  readonly withoutOwnRules?: boolean;
  /** Key for keyed evidence. `ephemeral` keys live as long as the scan and their evidence is dropped from the report. */
  readonly hmacKey: { readonly id: string; readonly key: Uint8Array; readonly ephemeral: boolean };
}

export interface PrepareOptions {
  /**
   * Paths of all files the engine will be shown: what only others need may be left unprepared. Decides neither `rulesetDigest` nor which
   * findings these files have. Absent: they may be any.
   */
  readonly paths?: readonly string[];
  /** The first bytes of one of them up to the end of the line, '' where it cannot be read. Absent: a name that tells nothing may be anything. */
  readonly readFirstLine?: (path: string) => Promise<string>;
  readonly signal: AbortSignal;
}

/** Rules loaded and checked. `options` crosses to worker threads: structured-cloneable data only. */
export interface PreparedEngine {
  readonly rules: readonly Rule[];
  /** SHA-256 over everything that decides findings, hexadecimal. */
  readonly rulesetDigest: string;
  readonly options: unknown;
  readonly warnings: readonly string[];
}

/** A text a rule must find, or must leave alone, as a template: it is filled in when it is tested, so that no token-shaped text is stored. */
export interface RuleExample {
  readonly ruleId: string;
  /** True when the rule must find it. */
  readonly matches: boolean;
  readonly template: string;
}

interface EngineBase extends EngineDescriptor {
  /** @throws AppError `rule_invalid`, `config_invalid` naming file and line. */
  readonly prepare: (settings: EngineSettings, options: PrepareOptions) => Promise<PreparedEngine>;
  /** The examples that the rules in force carry. Absent when rules of this engine carry none. */
  readonly listExamples?: (settings: EngineSettings, options: { readonly signal: AbortSignal }) => Promise<readonly RuleExample[]>;
  /** Those of them that do not hold; the same ones each time. */
  readonly failingExamples?: (settings: EngineSettings, options: { readonly signal: AbortSignal }) => Promise<readonly RuleExample[]>;
  /** Whether a file or folder that people name holds rules in this engine's format. Absent: it takes rules of nobody else. */
  readonly readsRules?: (path: string, options: { readonly signal: AbortSignal }) => Promise<boolean>;
  /** Everything that is to be said of rule files and folders, without a scan. Absent: `prepare` loads them, or throws at the first mistake. */
  readonly validateRules?: (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<RuleCheckReport>;
  /** Runs the tests that lie beside rule files. Absent: rules of this engine carry examples, if anything. */
  readonly testRules?: (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<RuleTestReport>;
}

/** One file, or the lines one commit added to a file. */
export interface FileInput {
  readonly path: string;
  /** UTF-8, mostly. Empty for a binary file: rules that speak of the path alone still see it. */
  readonly bytes: Uint8Array;
  /** Full id of the commit that added the lines; absent when the bytes are a file. */
  readonly commit?: string;
}

export interface FileAnalysis {
  /** Line numbers count within `bytes`, from 1. */
  readonly findings: readonly RawFinding[];
  /** `failed` where the engine gave up before the end of the file: a scan is then partial, whatever was found. */
  readonly state: 'analysed' | 'degraded' | 'excluded' | 'failed';
  readonly reason?: CoverageReason;
  readonly detail?: string;
}

export interface FileAnalyser {
  /**
   * Awaited before the first of some files is shown: loads what `analyse`, which cannot wait, needs for them (grammars). No file's deadline
   * runs meanwhile. A rejection means that the installation is broken and ends the run.
   */
  readonly warm?: (paths: readonly string[]) => Promise<void>;
  /**
   * Synchronous: it runs on a worker thread that is killed when the file's deadline passes. The same input always gives the same
   * findings in the same order. Must not keep a reference to `bytes`.
   */
  readonly analyse: (input: FileInput) => FileAnalysis;
}

export interface FileEngine extends EngineBase {
  readonly scope: 'file';
  /** Called once in each worker thread, with `options` of {@link PreparedEngine}. */
  readonly openAnalyser: (options: unknown) => Promise<FileAnalyser>;
}

export interface ProjectContext {
  /** Absolute root of the tree; read-only by agreement. */
  readonly root: string;
  readonly files: readonly FileListing[];
  /** Runs a declared tool: cleared environment, own process group, working directory in scratch, output bounded. */
  readonly exec: (run: ToolRun, options: { readonly signal: AbortSignal }) => Promise<ToolResult>;
  /** Absolute, empty, private directory; removed afterwards. */
  readonly scratch: string;
  /** Tells that a file could not be analysed as a whole. */
  readonly report: (file: {
    readonly path: string;
    readonly state: 'degraded' | 'excluded' | 'failed';
    readonly reason: CoverageReason;
    readonly detail?: string;
  }) => void;
}

export interface ProjectEngine extends EngineBase {
  readonly scope: 'project';
  /**
   * Yields findings as found; a second run over the same tree yields the same set.
   * @throws AppError `tool_missing`, `tool_failed`, `engine_output_invalid`, `engine_failed`
   */
  readonly run: (prepared: PreparedEngine, context: ProjectContext, options: { readonly signal: AbortSignal }) => AsyncIterable<RawFinding>;
}

export type Engine = FileEngine | ProjectEngine;
