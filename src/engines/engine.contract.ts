import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickestMs } from '../../test/support/quickest.ts';
import { degradationReasons, exclusionReasons, failureReasons } from '../domain/coverage.ts';
import { findingKinds, type RawFinding } from '../domain/finding.ts';
import { confidences, severities } from '../domain/severity.ts';
import type { Engine, EngineSettings, FileEngine, PreparedEngine, ProjectContext, ProjectEngine } from './engine.ts';
import { createToolRunner } from './tool-runner.ts';

/** A file made at run time. */
export interface SampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface EngineUnderTest {
  /** The engine's folder in `src/engines`. */
  readonly folder: string;
  readonly engine: Engine;
  /** Rules to run; absent: those of the installation. What a pack holds is for its own tests to prove, not for a contract. */
  readonly rules?: readonly SampleFile[];
  /** Files the engine reports something in, and the secrets they hold (none for engines that find other things). */
  readonly sample: { readonly files: readonly SampleFile[]; readonly secrets: readonly string[] };
}

const rulesDir = join(import.meta.dirname, '..', '..', 'rules');
const unaborted = new AbortController().signal;
const ownPath = process.env['PATH'] ?? '';

const settingsFor = (rulesFolder: string): EngineSettings => ({
  rulesDir: rulesFolder,
  hmacKey: { id: 'contract', key: new Uint8Array(32).fill(7), ephemeral: false },
});

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Repeatable noise. */
const noise = (length: number): Uint8Array => {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
};

const hostileFiles: readonly SampleFile[] = [
  { path: 'empty.txt', bytes: new Uint8Array() },
  { path: 'only-line-ends.txt', bytes: text('\n'.repeat(100_000)) },
  { path: 'no-line-end.js', bytes: text('const a = 1') },
  { path: 'zeros.bin', bytes: new Uint8Array(100_000) },
  { path: 'noise.bin', bytes: noise(200_000) },
  { path: 'not-utf8.py', bytes: Uint8Array.from([0xff, 0xfe, 0xc3, 0x28, 0x0a, 0xed, 0xa0, 0x80, 0x0a, ...text('key = "x"\n')]) },
  { path: 'byte-order-mark.yml', bytes: Uint8Array.from([0xef, 0xbb, 0xbf, ...text('a: b\r\nc: d\r\n')]) },
  { path: 'carriage-returns.txt', bytes: text('a = "b"\rc = "d"\r') },
  { path: 'one-long-line.json', bytes: text(`{"password": "${'x'.repeat(3_000_000)}"}`) },
  { path: 'deep.json', bytes: text('['.repeat(200_000)) },
  { path: 'deep.js', bytes: text('('.repeat(100_000) + ')'.repeat(100_000)) },
  { path: 'keywords.txt', bytes: text('password secret token key api_key = "\n'.repeat(5_000)) },
  { path: 'odd names/$(id) `x` "quoted" 💡.txt', bytes: text('nothing here\n') },
];

interface Place {
  readonly root: string;
  readonly scratch: string;
}

const collect = async (findings: AsyncIterable<RawFinding>): Promise<RawFinding[]> => {
  const all: RawFinding[] = [];
  for await (const finding of findings) all.push(finding);
  return all;
};

const writeFiles = async (folder: string, files: readonly SampleFile[]): Promise<void> => {
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
};

const runProject = async (
  engine: ProjectEngine,
  prepared: PreparedEngine,
  files: readonly SampleFile[],
  place: Place,
  options: { readonly path?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly RawFinding[]> => {
  await rm(place.root, { recursive: true, force: true });
  await rm(place.scratch, { recursive: true, force: true });
  await mkdir(place.scratch, { recursive: true, mode: 0o700 });
  await writeFiles(place.root, files);
  const context: ProjectContext = {
    root: place.root,
    files: files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length })),
    scratch: place.scratch,
    exec: createToolRunner({ tools: engine.tools, path: options.path ?? ownPath, scratch: place.scratch }),
    report: () => undefined,
  };
  return collect(engine.run(prepared, context, { signal: options.signal ?? unaborted }));
};

const runFiles = async (engine: FileEngine, prepared: PreparedEngine, files: readonly SampleFile[]): Promise<readonly RawFinding[]> => {
  const analyser = await engine.openAnalyser(structuredClone(prepared.options));
  await analyser.warm?.(files.map(({ path }) => path));
  return files.flatMap((file) => {
    const before = Buffer.from(file.bytes).toString('base64');
    const analysis = analyser.analyse(file);
    expect(['analysed', 'degraded', 'excluded']).toContain(analysis.state);
    if (analysis.state !== 'analysed') {
      expect(
        [...exclusionReasons, ...degradationReasons, ...failureReasons],
        `${file.path}: a reason goes with ${analysis.state}`,
      ).toContain(analysis.reason);
    }
    expect(Buffer.from(file.bytes).toString('base64') === before, `${file.path} was changed`).toBe(true);
    return analysis.findings;
  });
};

const expectInside = (finding: RawFinding, files: readonly SampleFile[]): void => {
  const { location } = finding;
  const file = files.find(({ path }) => path === location.path);
  expect(file, `${location.path} is no file of the tree`).toBeDefined();
  if (location.type !== 'file' || file === undefined) return;
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes).split('\n');
  expect(location.startLine).toBeGreaterThanOrEqual(1);
  expect(location.endLine).toBeGreaterThanOrEqual(location.startLine);
  expect(location.endLine).toBeLessThanOrEqual(lines.length);
  expect(location.startColumn).toBeGreaterThanOrEqual(1);
  expect(location.startColumn).toBeLessThanOrEqual((lines[location.startLine - 1] ?? '').length + 1);
  expect(location.endColumn).toBeGreaterThanOrEqual(location.startLine === location.endLine ? location.startColumn : 1);
  expect(location.endColumn).toBeLessThanOrEqual((lines[location.endLine - 1] ?? '').length + 1);
};

/** True once the process is gone or waits only to be collected. */
const hasEnded = async (pid: number): Promise<boolean> => {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (state !== undefined) return / Z /.test(state);
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/**
 * The promises of `engine.ts`, for any engine. Call it from `src/engines/<name>/<name>.contract.test.ts`. Engines with tools run the real
 * ones; a stand-in on PATH plays only their failures.
 */
export const describeEngine = ({ folder, engine, rules, sample }: EngineUnderTest): void => {
  describe(`engine ${folder}`, () => {
    let base: string;
    let place: Place;
    beforeEach(async () => {
      base = await mkdtemp(join(tmpdir(), 'engine-contract-'));
      place = { root: join(base, 'root'), scratch: join(base, 'scratch') };
      await writeFiles(rulesFolder(), rules ?? []);
    });
    afterEach(async () => {
      await rm(base, { recursive: true, force: true });
    });

    const rulesFolder = (): string => (rules === undefined ? join(rulesDir, folder) : join(base, 'rules'));
    const prepare = (): Promise<PreparedEngine> => engine.prepare(settingsFor(rulesFolder()), { signal: unaborted });
    const run = (prepared: PreparedEngine, files: readonly SampleFile[]): Promise<readonly RawFinding[]> =>
      engine.scope === 'file' ? runFiles(engine, prepared, files) : runProject(engine, prepared, files, place);

    it('describes itself', () => {
      expect(engine.name).toBe(folder);
      expect(engine.version).toMatch(/^\S+$/);
      expect(engine.summary).toMatch(/^[^\n]{10,100}$/);
      expect(engine.kinds.length).toBeGreaterThan(0);
      expect(findingKinds).toEqual(expect.arrayContaining([...engine.kinds]));
      expect(engine.memoryBytes).toBeGreaterThanOrEqual(16 * 1024 ** 2);
      expect(!engine.executesRepositoryCode || engine.sandbox === 'required').toBe(true);
      for (const tool of engine.tools) {
        expect(tool.command).toMatch(/^[\w.-]+$/);
        expect(tool.installHint).not.toBe('');
      }
    });

    it('prepares rules with unique ids and everything a report shows', async () => {
      const { rules: prepared } = await prepare();
      expect(prepared.length).toBeGreaterThan(0);
      expect(new Set(prepared.map((rule) => rule.id)).size).toBe(prepared.length);
      for (const rule of prepared) {
        expect(rule).toMatchObject({
          engine: folder,
          id: expect.stringMatching(/^[\w./-]{1,220}$/),
          title: expect.stringMatching(/^[^\n]+$/),
        });
        expect(engine.kinds).toContain(rule.kind);
        expect(severities).toContain(rule.severity);
        expect(confidences).toContain(rule.confidence);
        for (const cwe of rule.cwe) expect(cwe).toMatch(/^CWE-\d+$/);
      }
    });

    it('prepares the same twice, as data that can cross to a worker thread', async () => {
      const [first, second] = [await prepare(), await prepare()];
      expect(first.rulesetDigest).toMatch(/^[0-9a-f]{64}$/);
      expect(second.rulesetDigest).toBe(first.rulesetDigest);
      expect(second.rules).toEqual(first.rules);
      expect(structuredClone(first.options)).toEqual(first.options);
    });

    it('finds its sample, the same findings in the same order every time', async () => {
      const prepared = await prepare();
      const first = await run(prepared, sample.files);
      expect(first.length).toBeGreaterThan(0);
      expect(await run(prepared, sample.files)).toEqual(first);
      const ids = new Set(prepared.rules.map((rule) => rule.id));
      for (const finding of first) {
        expect(ids).toContain(finding.ruleId);
        expect(finding.identity).not.toBe('');
        expect(finding.message).not.toBe('');
        for (const { value } of finding.evidence ?? []) expect(value).toMatch(/^[0-9a-f]+$/);
      }
    });

    it('points into the file it speaks of', async () => {
      const windowsFiles = sample.files.map(({ path, bytes }) => ({
        path: `windows/${path}`,
        bytes: text(new TextDecoder().decode(bytes).replaceAll('\n', '\r\n')),
      }));
      const files = [...sample.files, ...windowsFiles];
      const findings = await run(await prepare(), files);
      for (const finding of findings) expectInside(finding, files);
      expect(findings.some((finding) => finding.location.path.startsWith('windows/'))).toBe(true);
    });

    it('never holds a secret whole, in any field', async () => {
      const findings = await run(await prepare(), sample.files);
      const everything = JSON.stringify(findings);
      for (const secret of sample.secrets) {
        expect(everything.includes(JSON.stringify(secret).slice(1, -1)), 'a secret stands in a finding').toBe(false);
        expect(
          everything.includes(Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)),
          'a secret stands in a finding, encoded',
        ).toBe(false);
      }
    });

    // A tool is started once for a whole tree, so an engine that runs one meets them all at once.
    const hostileTrees = engine.scope === 'file' ? hostileFiles.map((file) => [file]) : [[...sample.files, ...hostileFiles]];
    it.each(hostileTrees.map((files) => ({ name: files.length === 1 ? files[0]?.path : 'every hostile file', files })))(
      'survives $name',
      async ({ files }) => {
        const prepared = await prepare();
        const findings = await run(prepared, files);
        expect(await run(prepared, files)).toEqual(findings);
        for (const finding of findings) expectInside(finding, files);
      },
    );

    if (engine.scope === 'project') describeTools(engine, { prepare, sample, place: () => place, base: () => base });
  });
};

const describeTools = (
  engine: ProjectEngine,
  given: {
    readonly prepare: () => Promise<PreparedEngine>;
    readonly sample: EngineUnderTest['sample'];
    readonly place: () => Place;
    readonly base: () => string;
  },
): void => {
  const { prepare, sample } = given;

  /** PATH that starts with stand-ins of every declared tool. */
  const pathWith = async (script: string): Promise<string> => {
    const directory = join(given.base(), 'bin');
    await mkdir(directory, { recursive: true });
    for (const tool of engine.tools) await writeFile(join(directory, tool.command), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return `${directory}:/usr/bin:/bin`;
  };

  it('leaves the tree as it was', async () => {
    await runProject(engine, await prepare(), sample.files, given.place());
    const names = (await readdir(given.place().root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(names).toHaveLength(sample.files.length);
    for (const { path, bytes } of sample.files)
      expect(Buffer.from(bytes).equals(await readFile(join(given.place().root, path)))).toBe(true);
  });

  if (engine.tools.length === 0) return;

  it('says tool_missing when its tool is not there, whatever the tree holds', async () => {
    const decoys = engine.tools.map((tool) => ({ path: tool.command, bytes: text('#!/bin/sh\necho "[]"\n') }));
    const running = runProject(engine, await prepare(), [...sample.files, ...decoys], given.place(), { path: '.:' });
    await expect(running).rejects.toMatchObject({ code: 'tool_missing', hint: expect.stringMatching(/\w/) });
  });

  it.each([
    ['nothing', ':'],
    ['words', 'echo no leaks found'],
    ['half a report', `printf '[{"a": '`],
    ['another shape', `printf '{"findings": 3}'`],
    ['entries of another shape', `printf '[{}, 1, null]'`],
    ['bytes that are no text', `printf '\\377\\376\\000'`],
  ])('says engine_output_invalid when its tool writes %s', async (_name, script) => {
    const running = runProject(engine, await prepare(), sample.files, given.place(), { path: await pathWith(script) });
    await expect(running).rejects.toMatchObject({ code: 'engine_output_invalid' });
  });

  it.each([
    ['ends with an unknown code', 'echo broken >&2; exit 77'],
    ['crashes', 'kill -SEGV $$'],
    ['is killed', 'kill -KILL $$'],
    ['floods its output', 'exec yes'],
  ])('says tool_failed when its tool %s', async (_name, script) => {
    const running = runProject(engine, await prepare(), sample.files, given.place(), { path: await pathWith(script) });
    await expect(running).rejects.toMatchObject({ code: 'tool_failed' });
  });

  it('ends within a second of abort and leaves no process and no file', async () => {
    const pidFile = join(given.base(), 'pid');
    const path = await pathWith(
      `trap '' TERM INT; sleep 600 & echo $! > "${pidFile}.new"; mv "${pidFile}.new" "${pidFile}"; wait; sleep 600`,
    );
    const endMs = async (): Promise<number> => {
      const controller = new AbortController();
      const prepared = await prepare();
      const running = runProject(engine, prepared, sample.files, given.place(), { path, signal: controller.signal });
      const ended = running.then(
        () => 'finished',
        (error: unknown) => error,
      );
      let pid = 0;
      while (pid === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
      }
      const abortedAtMs = performance.now();
      controller.abort();
      expect(await ended).toMatchObject({ code: 'cancelled' });
      const tookMs = performance.now() - abortedAtMs;
      while (!(await hasEnded(pid))) await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await readdir(given.base())).sort()).toEqual(['bin', 'pid', 'root', 'scratch']);
      await rm(pidFile);
      return tookMs;
    };
    expect(await quickestMs(1000, endMs)).toBeLessThan(1000);
  });
};
