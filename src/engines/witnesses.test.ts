import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeGithubToken } from '../../test/support/made-secrets.ts';
import { needsTool } from '../../test/support/needs.ts';
import type { RawFinding } from '../domain/finding.ts';
import { gitleaksEngine } from './gitleaks/index.ts';
import { secretsEngine } from './secrets/index.ts';
import { createToolRunner } from './tool-runner.ts';

const signal = new AbortController().signal;
const settingsFor = (name: string) => ({
  rulesDir: join(import.meta.dirname, '..', '..', 'rules', name),
  hmacKey: { id: 'test', key: new Uint8Array(32).fill(3), ephemeral: false },
});

describe.skipIf(!needsTool('gitleaks', 'go install github.com/zricethezav/gitleaks/v8@v8.30.1'))(
  'two engines that see the same secret',
  () => {
    it('give it the same keyed evidence at the same line', async () => {
      const bytes = new TextEncoder().encode(`# é\ntoken = "${madeGithubToken(31)}"\n`);
      const base = await mkdtemp(join(tmpdir(), 'witnesses-'));
      try {
        const [root, scratch] = [join(base, 'root'), join(base, 'scratch')];
        await Promise.all([root, scratch].map((directory) => mkdir(directory)));
        await writeFile(join(root, 'a.py'), bytes);
        const second: RawFinding[] = [];
        const run = gitleaksEngine.run(
          await gitleaksEngine.prepare(settingsFor('gitleaks'), { signal }),
          {
            root,
            scratch,
            files: [{ path: 'a.py', sizeBytes: bytes.length }],
            exec: createToolRunner({ tools: gitleaksEngine.tools, path: process.env['PATH'] ?? '', scratch }),
            report: () => undefined,
          },
          { signal },
        );
        for await (const finding of run) second.push(finding);
        const analyser = await secretsEngine.openAnalyser((await secretsEngine.prepare(settingsFor('secrets'), { signal })).options);
        const first = analyser.analyse({ path: 'a.py', bytes }).findings;
        const evidence = (findings: readonly RawFinding[]) =>
          findings.map((finding) => ({
            line: finding.location.type === 'file' ? finding.location.startLine : 0,
            evidence: finding.evidence,
          }));
        expect(evidence(second)).toHaveLength(1);
        expect(evidence(first)).toEqual(evidence(second));
      } finally {
        await rm(base, { recursive: true, force: true });
      }
    });
  },
);
