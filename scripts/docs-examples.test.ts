import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { parseProjectConfig } from '../src/config/project.ts';
import { directiveOnLine } from '../src/domain/inline-directive.ts';
import { loadEngine } from '../src/engines/registry.ts';
import { reporterNames } from '../src/report/registry.ts';
import { markdownFiles } from './markdown-files.ts';
import { wholeProgram } from './whole-program.ts';

const run = promisify(execFile);

interface Fence {
  readonly where: string;
  readonly language: string;
  readonly text: string;
}

const fences: readonly Fence[] = markdownFiles().flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1] ?? '',
    text: match[2] ?? '',
  })),
);
const inGuide = (guide: string, language: string): readonly Fence[] =>
  fences.filter(({ where, language: own }) => where.startsWith(`docs/guides/${guide}.md:`) && own === language);

const readYaml = (text: string): unknown => {
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
};
const firstYaml = (guide: string, holding: string): unknown => {
  const fence = inGuide(guide, 'yaml').find(({ text }) => text.includes(holding));
  return readYaml(fence?.text ?? '');
};

const shellParses = async (script: string): Promise<boolean> => {
  await run('bash', ['-n', '-c', script]);
  return true;
};

const commandNames = (await wholeProgram()).commands.map((command) => command.name());
const commandLine = new RegExp(`(?:^|[ /"])sightline"? ((?:${commandNames.join('|')}|help)\\b[^\\n;]*)`, 'gm');

/** Every call of sightline in an example, line continuations joined. */
const calls = fences
  .filter(({ language }) => ['sh', 'yaml'].includes(language))
  .flatMap(({ where, text }) => {
    const joined = text.replace(/\\\n\s*/g, ' ').replace(/>-\n((?:\s{4,}.*\n)+)/g, (_, block: string) => block.replaceAll(/\n\s*/g, ' '));
    const found = joined.matchAll(commandLine);
    return [...found].map((match) => ({ where, call: match[1] ?? '' }));
  });

describe('examples in the documents', () => {
  it.each(fences.filter(({ language }) => language === 'yaml'))('$where is YAML', ({ text }) => {
    expect(readYaml(text)).toBeTypeOf('object');
  });

  it.each(fences.filter(({ language }) => language === 'sh'))('$where is shell', async ({ text }) => {
    expect(await shellParses(text)).toBe(true);
  });

  it('finds calls of sightline to look at', () => {
    expect(calls.length).toBeGreaterThan(10);
  });

  it.each(calls)('$where: "$call" uses commands, options and formats that exist', async ({ call }) => {
    const words = call.replace(/\$\{\w+:\+([^}]*)\}/g, '$1').split(/\s+/);
    let command: Command | undefined = await wholeProgram();
    while (command !== undefined && command.commands.length > 0) {
      const name: string | undefined = words.shift();
      command = command.commands.find((candidate) => candidate.name() === name);
    }
    expect(command, `a command of "${call}"`).toBeDefined();
    const options = command?.options ?? [];
    for (const word of words.filter((candidate) => candidate.startsWith('-'))) {
      const name = word.split('=')[0];
      expect(
        options.some((option) => option.long === name || option.short === name) || word === '--help',
        `option ${word} of "${call}"`,
      ).toBe(true);
    }
    const formats = words.flatMap((word, index) => (word === '-f' ? [words[index + 1]?.split('=')[0] ?? ''] : []));
    expect(formats.filter((format) => !reporterNames.includes(format))).toEqual([]);
  });
});

const step = z
  .object({
    id: z.string().optional(),
    uses: z
      .string()
      .regex(/^[\w./-]+@v\d+$/)
      .optional(),
    run: z.string().optional(),
  })
  .loose();

describe('the CI guide', () => {
  it('has a GitHub Actions workflow: every step does one thing, every script parses, every id that is used exists', async () => {
    const workflow = z
      .object({
        on: z.object({ push: z.object({ branches: z.array(z.string()) }) }).loose(),
        permissions: z.object({ 'security-events': z.literal('write'), contents: z.literal('read') }),
        jobs: z.object({ scan: z.object({ 'runs-on': z.string(), steps: z.array(step) }).loose() }),
      })
      .loose()
      .parse(firstYaml('ci', 'upload-sarif'));
    const { steps } = workflow.jobs.scan;
    for (const { uses, run: script } of steps) {
      expect([uses, script].filter((part) => part !== undefined)).toHaveLength(1);
      expect(await shellParses((script ?? '').replace(/\$\{\{.*?\}\}/g, 'x'))).toBe(true);
    }
    const ids = steps.map(({ id }) => id);
    for (const [, id] of JSON.stringify(workflow).matchAll(/steps\.(\w+)\./g)) expect(ids).toContain(id);
    const uploaded = z
      .object({ with: z.object({ sarif_file: z.string() }).loose() })
      .loose()
      .parse(steps.find(({ uses }) => uses?.includes('upload-sarif')));
    expect(steps.some(({ run: script }) => script?.includes(`sarif=${uploaded.with.sarif_file}`))).toBe(true);
  });

  it('has a GitLab job whose reports are the files it writes', async () => {
    const { sightline: job } = z
      .object({
        sightline: z
          .object({
            script: z.array(z.string()),
            artifacts: z.object({ when: z.literal('always'), reports: z.record(z.string(), z.string()) }),
            cache: z.object({ key: z.string(), paths: z.array(z.string()) }),
          })
          .loose(),
      })
      .parse(firstYaml('ci', 'CI_PROJECT_DIR'));
    const script = job.script.join('\n');
    expect(await shellParses(script)).toBe(true);
    for (const file of Object.values(job.artifacts.reports)) expect(script).toContain(`=${file}`);
    for (const path of job.cache.paths) expect(script).toContain(`--exclude /${path}`);
  });
});

describe('the guide on suppressions', () => {
  it('has a sightline.yaml that loads', () => {
    const text = inGuide('baseline-and-suppressions', 'yaml')[0]?.text ?? '';
    expect(parseProjectConfig(text, 'sightline.yaml')).toMatchObject({ failOn: 'medium', suppressions: [{}, {}, {}] });
  });

  it('has a directive that is understood', () => {
    const line = inGuide('baseline-and-suppressions', 'py')[0]?.text.trim() ?? '';
    expect(directiveOnLine(line)).toEqual({ ruleIds: ['generic-secret'], reason: 'recorded test data, revoked' });
  });
});

describe('the guide on rules', () => {
  it('has a rule that loads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docs-rule-'));
    try {
      const configPath = join(folder, 'rule.toml');
      await writeFile(configPath, inGuide('add-a-rule', 'toml')[0]?.text ?? '');
      const engine = await loadEngine('secrets');
      const hmacKey = { id: 'none', key: new Uint8Array(32), ephemeral: true };
      const prepared = await engine.prepare({ rulesDir: folder, configPath, hmacKey }, { signal: new AbortController().signal });
      expect(prepared.warnings).toEqual([]);
      expect(prepared.rules).toMatchObject([{ id: 'example-deploy-token', severity: 'high', cwe: ['CWE-798'] }]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
