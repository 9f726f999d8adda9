import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzip, tar } from '../support/archive-builder.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

interface EndedScan {
  readonly id: string;
  readonly state: string;
  readonly coverage_state: string | null;
  readonly gate: { readonly state: string } | null;
  readonly error: { readonly code: string } | null;
  readonly source: { readonly filename: string };
  readonly tasks: readonly { readonly attempt_count: number }[];
}

const sarif = (level: string, isSuccessful = true): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'other-tool', version: '1' } },
        invocations: [{ executionSuccessful: isSuccessful }],
        results: [
          {
            ruleId: 'a-rule',
            level,
            message: { text: 'made for a test' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.c' }, region: { startLine: 3 } } }],
          },
        ],
      },
    ],
  });

/** It answers that it is there, so that the worker offers it, and breaks when it is to work. */
const brokenTool = '#!/bin/sh\n[ "$1" = version ] && { echo 8.30.1; exit 0; }\nexit 3\n';

/** Standard output is a pipe here, as for a script that reads it. */
describe('a script that waits for a scan', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: folder.path, env: { SIGHTLINE_SERVER_URL: server.urls['api'] } });

  beforeAll(async () => {
    folder = temporaryFolder();
    const archive = (name: string, content: string): void =>
      writeFileSync(join(folder.path, name), gzip(tar([{ name: 'src/config.py', content }])));
    archive('clean.tgz', 'print(42)\n');
    archive('leaky.tgz', `token = "${madeGithubToken(711)}"\n`);
    folder.write('low.sarif', sarif('note'));
    folder.write('high.sarif', sarif('error'));
    folder.write('broken-run.sarif', sarif('error', false));
    folder.write('nonsense.sarif', 'nonsense');
    folder.write('empty.sarif', '');
    chmodSync(folder.write('bin/gitleaks', brokenTool), 0o755);
    const path = [join(folder.path, 'bin'), process.env['PATH']].join(delimiter);
    server = await startServer({ cwd: folder.path, env: { PATH: path } });
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    folder.remove();
  });

  const passed = { state: 'completed', coverage_state: 'full', gate: { state: 'passed' } };
  const gateFailed = { state: 'completed', coverage_state: 'full', gate: { state: 'failed' } };
  const partial = { state: 'completed', coverage_state: 'partial' };
  it.each([
    [0, ['submit', 'clean.tgz'], passed],
    [1, ['submit', 'leaky.tgz'], gateFailed],
    [2, ['submit', 'clean.tgz', '--engine', 'secrets,gitleaks'], { ...partial, gate: { state: 'passed' } }],
    [2, ['submit', 'leaky.tgz', '--engine', 'gitleaks'], { state: 'failed', gate: null, error: { code: 'engine_failed' } }],
    [0, ['import', 'low.sarif'], passed],
    [1, ['import', 'high.sarif'], gateFailed],
    [2, ['import', 'broken-run.sarif'], { ...partial, gate: { state: 'failed' } }],
    [4, ['import', 'nonsense.sarif'], { state: 'failed', gate: null, error: { code: 'sarif_invalid' } }],
  ] as const)('gets exit code %i of %j, and one JSON document', async (expected, args, end) => {
    const { exitCode, stdout, stderr } = await cli(...args, '--wait', '-f', 'json');
    const scan = JSON.parse(stdout) as EndedScan;
    expect({ ...scan, exitCode }).toMatchObject({ ...end, exitCode: expected, source: { filename: args[1] } });
    expect(scan.tasks.filter((task) => task.attempt_count < 1)).toEqual([]);
    const words = scan.coverage_state === 'partial' ? 'completed, partial' : scan.state;
    expect(stderr.split('\n').filter((line) => !line.startsWith('sightline: '))).toEqual(['']);
    expect(stderr).toContain(`scan ${scan.id} is ${words}\n`);

    expect((await cli('scans', 'show', scan.id, '--exit-code', '-f', 'json')).exitCode).toBe(expected);
  });

  it.each([
    [4, ['import', 'empty.sarif'], 'error[target_unsupported]: empty.sarif is empty'],
    [4, ['import', 'away.sarif'], 'error[target_not_found]: away.sarif does not exist'],
    [4, ['submit', 'low.sarif'], 'error[target_unsupported]: low.sarif is neither a git URL nor an archive'],
    [4, ['submit', 'away.zip'], 'error[target_not_found]: away.zip does not exist'],
    [4, ['submit', 'clean.tgz', '--engine', 'no-such'], 'error[engine_unknown]'],
  ] as const)('gets exit code %i of %j and nothing to read', async (expected, args, message) => {
    const { exitCode, stdout, stderr } = await cli(...args, '--wait', '-q', '-f', 'json');
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('reads lists with a line for each row', async () => {
    const rows = (await cli('tasks', 'list', '--limit', '100')).stdout.trimEnd().split('\n');
    const { items } = JSON.parse((await cli('tasks', 'list', '--limit', '100', '-f', 'json')).stdout) as {
      readonly items: readonly unknown[];
    };
    expect(rows).toHaveLength(items.length + 1);
    expect(rows.slice(1).filter((row) => !/^[0-9a-f-]{36} .* [1-3]\/3 /.test(row))).toEqual([]);
    const scans = (await cli('scans', 'list', '--limit', '100')).stdout.trimEnd();
    expect(scans.split('\n').filter((row) => !/^(ID|[0-9a-f-]{36}) /.test(row))).toEqual([]);
    expect(scans).toMatch(/ {2}completed, partial +failed +1 high +broken-run\.sarif$/m);
  });
});
