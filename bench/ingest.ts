/**
 * The weight of results: a SARIF log of 100,000 results that a project sees for the first time, and one of 13,000 that it has seen before, each
 * from its bytes to issues, by the functions of worker and server in this one process. On a private PostgreSQL that syncs its log to disk, then
 * on the embedded database, or on one of them: `node bench/ingest.ts [postgres|embedded] [results] [known]`. Another task runs all the while
 * under a lease of 15 s, and what takes leases back asks for it each second: it must not be lost.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSarif } from '../src/analysis/task/read-sarif.ts';
import { writeTaskResult } from '../src/analysis/task/write-task-result.ts';
import { finaliseScans } from '../src/app/scheduling/finalise.ts';
import { reapExpired } from '../src/app/tasks/reaper.ts';
import { heartbeatSource } from '../src/compose/heartbeat-leases.ts';
import { sleep } from '../src/lib/backoff.ts';
import { monotonicMs } from '../src/lib/clock.ts';
import { silentLog } from '../src/lib/log.ts';
import { type HeldLease, startHeartbeat } from '../src/roles/worker/heartbeat.ts';
import { createTaskWorld, type TaskWorld } from '../test/support/task-world.ts';
import type { TestDatabase } from '../test/support/test-database.ts';
import { withDatabase } from './with-database.ts';

const { signal } = new AbortController();
const leaseMs = 15_000;
const resultsPerFile = 5;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const resultOf = (n: number): string => {
  const line = 10 + (n % resultsPerFile) * 20;
  const location = {
    physicalLocation: {
      artifactLocation: { uri: `services/area-${n % 40}/src/module-${Math.floor(n / resultsPerFile)}.ts` },
      region: {
        startLine: line,
        startColumn: 5,
        endLine: line,
        endColumn: 42,
        snippet: { text: `  const row = query(input[${n}], options);` },
      },
    },
  };
  return JSON.stringify({
    ruleId: `rule-${n % 120}`,
    level: n % 3 === 0 ? 'error' : 'warning',
    message: { text: `Input of a request reaches a query without being checked (case ${n}). Bind it as a parameter instead.` },
    locations: [location],
    partialFingerprints: { primaryLocationLineHash: `${sha256(`line ${n}`).slice(0, 16)}:1`, 'matchBasedId/v1': sha256(`match ${n}`) },
  });
};

/** A log as another tool writes it, in pieces. */
async function* sarifLog(results: number): AsyncGenerator<Uint8Array> {
  const rules = Array.from({ length: 120 }, (_, n) => ({ id: `rule-${n}`, shortDescription: { text: `Unchecked input ${n}` } }));
  const driver = { name: 'peer', version: '1.0.0', rules };
  yield Buffer.from(`{"version":"2.1.0","runs":[{"tool":${JSON.stringify({ driver })},"results":[`);
  for (let from = 0; from < results; from += 500) {
    const some = Array.from({ length: Math.min(500, results - from) }, (_, n) => resultOf(from + n)).join(',');
    yield await Promise.resolve(Buffer.from(from === 0 ? some : `,${some}`));
  }
  yield Buffer.from(`],"invocations":[{"executionSuccessful":true}]}]}`);
}

/** Of this process with all its threads, the embedded database among them. */
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<{ readonly result: Result; readonly seconds: number }> => {
  const own = cpuSeconds();
  const startedAtMs = monotonicMs();
  const result = await work();
  const seconds = (monotonicMs() - startedAtMs) / 1000;
  console.log(`  ${what.padEnd(44)} ${seconds.toFixed(1).padStart(7)} s   CPU of this process ${(cpuSeconds() - own).toFixed(1)} s`);
  return { result, seconds };
};

const importLog = async (world: TaskWorld, projectId: string, results: number): Promise<number> => {
  // A worker of its own each time: one that does not beat is given up after a while.
  const workerId = await world.register();
  const scan = await world.submit(projectId, { kind: 'import', ref: 'main' });
  const task = await world.claimOne(workerId);
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  try {
    const path = join(folder, 'result');
    const sarif = { toolVersion: '1.0.0', failOn: 'high', allowPartial: false, signal } as const;
    const read = await timed('log read, twice, and written as a result', () =>
      writeTaskResult(
        path,
        readSarif(() => sarifLog(results), sarif),
        { signal },
      ),
    );
    const request = await world.putBytes(task.lease, await readFile(path));
    const committed = await timed('result committed', () => world.leases.commit(request, { signal }));
    if (committed.result.state !== 'committed') throw new Error(`the commit was ${committed.result.state}`);
    const finalised = await timed('scan ended, issues assigned', () => finaliseScans(world.deps, { signal }));
    const { state, findingsTotal } = await world.scanNow(scan);
    if (state !== 'completed' || findingsTotal !== results) throw new Error(`the scan is ${state} with ${findingsTotal} findings`);
    return read.seconds + committed.seconds + finalised.seconds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A task under a lease that only its heartbeats keep. `end` gives how often it was taken back. */
const holdAnotherTask = async (test: TestDatabase, world: TaskWorld) => {
  const engine = 'other';
  await world.submit((await world.newProject()).id, { engines: [engine] });
  const workerId = await world.register({ engines: [engine] });
  const ready = Promise.withResolvers<void>();
  const heartbeat = startHeartbeat({
    ...heartbeatSource(test.database, leaseMs),
    workerId,
    intervalMs: 2000,
    log: silentLog,
    now: Date.now,
    onReady: ready.resolve,
    onUnknown: () => undefined,
    onBroken: ready.reject,
  });
  await ready.promise;
  const held: HeldLease = heartbeat.hold(await world.claimOne(workerId), monotonicMs());
  const stop = new AbortController();
  let lost = 0;
  const reaping = (async () => {
    while (!stop.signal.aborted) {
      lost += (await reapExpired(world.deps, { signal })).requeued;
      await sleep(1000, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    end: async (): Promise<number> => {
      stop.abort();
      await reaping;
      const isGivenUp = held.endedFor() !== undefined;
      await heartbeat.close();
      return lost + (isGivenUp ? 1 : 0);
    },
  };
};

const measure = async (test: TestDatabase, results: number, known: number): Promise<void> => {
  const world = await createTaskWorld(test, { leaseMs });
  // The tasks that this program works on by hand need no heartbeats.
  const patient = await createTaskWorld(test, { leaseMs: 3_600_000 });
  const other = await holdAnotherTask(test, world);
  try {
    console.log(`${test.kind}: ${results} results, none of them known`);
    const first = await importLog(patient, (await patient.newProject()).id, results);
    const project = (await patient.newProject()).id;
    console.log(`${test.kind}: ${known} results, to be known from now on`);
    await importLog(patient, project, known);
    console.log(`${test.kind}: the same ${known} results again`);
    const again = await importLog(patient, project, known);
    console.log(`${test.kind}: ${results} new in ${first.toFixed(1)} s, ${known} known in ${again.toFixed(1)} s`);
  } finally {
    console.log(`${test.kind}: leases of another task lost meanwhile: ${await other.end()}`);
  }
};

/** One database for each process, so that its peak memory is its own. */
const [kind, results = '100000', known = '13000'] = process.argv.slice(2);
if (kind === 'postgres' || kind === 'embedded') {
  await withDatabase(kind, (test) => measure(test, Number(results), Number(known)));
  console.log(`${kind}: peak resident memory of this process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
} else {
  const numbers = process.argv.slice(2);
  for (const each of ['postgres', 'embedded']) {
    const { status } = spawnSync(process.execPath, [import.meta.filename, each, ...numbers], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
