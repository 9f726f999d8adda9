import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { PreparedEngine } from '../engine.ts';
import { codeEngine } from './index.ts';

/** The rules that come with Sightline. What each finds and leaves alone is what `sightline rules test` proves, by the files beside them. */
let prepared: PreparedEngine;
beforeAll(async () => {
  prepared = await codeEngine.prepare(
    {
      rulesDir: join(import.meta.dirname, '..', '..', '..', 'rules', 'code'),
      hmacKey: { id: 'none', key: new Uint8Array(32), ephemeral: true },
    },
    { signal: new AbortController().signal },
  );
});

it('are all run, in every language they name', () => {
  expect(prepared.warnings).toEqual([]);
  expect(prepared.rules.length).toBeGreaterThanOrEqual(40);
});

it('say what is wrong, how bad it is by which measure, and what to do', () => {
  expect(new Set(prepared.rules.map(({ id }) => id)).size).toBe(prepared.rules.length);
  for (const { id, title, cwe, help } of prepared.rules) {
    expect({ id, title }).toEqual({
      id: expect.stringMatching(/^[a-z0-9]+(-[a-z0-9]+)+$/),
      title: expect.stringMatching(/^[^\n]{10,140}$/),
    });
    expect({ id, cwe }).toEqual({ id, cwe: expect.arrayContaining([expect.stringMatching(/^CWE-\d+$/)]) });
    expect({ id, help }).toEqual({ id, help: expect.stringMatching(/\S{3,}/) });
  }
});
