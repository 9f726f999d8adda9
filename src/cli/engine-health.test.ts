import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cliContext } from '../../test/support/cli-context.ts';
import { loadEngine } from '../engines/registry.ts';
import type { CliContext } from './context.ts';
import { checkEngine } from './engine-health.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const context = (wishes: Partial<CliContext> = {}): CliContext =>
  cliContext({ cwd: folder, environment: { PATH: `${folder}:/usr/bin:/bin` }, ...wishes });
const installTool = (script: string): void => {
  writeFileSync(join(folder, 'gitleaks'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'gitleaks'), 0o755);
};

describe('checkEngine', () => {
  it('finds an engine without rules not usable', async () => {
    const { isUsable, needs } = await checkEngine(await loadEngine('secrets'), context({ rulesDir: join(folder, 'none') }));
    expect(isUsable).toBe(false);
    expect(needs[0]).toMatchObject({ what: 'rules', isMet: false });
  });

  it('tells the version of a tool that is there', async () => {
    installTool('echo 8.30.0');
    const { isUsable, needs } = await checkEngine(await loadEngine('gitleaks'), context());
    expect(needs[1]).toMatchObject({ what: 'tool gitleaks', isMet: true, detail: `8.30.0 (${join(folder, 'gitleaks')})` });
    expect(isUsable).toBe(true);
  });

  it('says so when a tool does not know its own version', async () => {
    installTool('echo version is set by build process');
    const { isUsable, needs } = await checkEngine(await loadEngine('gitleaks'), context());
    expect(needs[1]).toMatchObject({ isMet: true, detail: `of unknown version (${join(folder, 'gitleaks')})` });
    expect(isUsable).toBe(true);
  });

  it.each([['exit 3'], ['kill -9 $$']])('takes a tool that does "%s" for missing', async (script) => {
    installTool(script);
    const { isUsable, needs } = await checkEngine(await loadEngine('gitleaks'), context());
    expect(isUsable).toBe(false);
    expect(needs[1]).toMatchObject({ isMet: false });
    expect(needs[1]?.hint).toBeTruthy();
  });
});
