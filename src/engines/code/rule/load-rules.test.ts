import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoadedRules } from './code-rule.ts';
import { loadRules } from './load-rules.ts';

let folder: string;
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-rules-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
};

const ruleText = (id: string, pattern = 'risky($X)'): string =>
  `- id: ${id}\n  languages: [python]\n  severity: ERROR\n  message: Found $X\n  pattern: ${pattern}\n`;
const fileOf = (...rules: readonly string[]): string => `rules:\n${rules.join('')}`;
const idsOf = ({ rules }: LoadedRules): readonly string[] => rules.map(({ id }) => id);
const placesOf = (notes: LoadedRules['problems']): readonly string[] =>
  notes.map(({ path, line, column, message }) => `${path.slice(folder.length + 1)}:${line}:${column} ${message}`);

test('folders are read in the order of names, without tests, hidden folders, links and files that hold no rules', async () => {
  await write({
    'b.yaml': fileOf(ruleText('b')),
    'a/z.yml': fileOf(ruleText('z')),
    'a/y.json': JSON.stringify({ rules: [{ id: 'y', languages: ['python'], severity: 'INFO', message: 'm', pattern: 'f()' }] }),
    'a.yaml': fileOf(ruleText('a')),
    'a/target.test.yaml': fileOf(ruleText('test-target')),
    '.hidden/h.yaml': fileOf(ruleText('hidden')),
    'deployment.yaml': 'kind: Deployment\n---\nkind: Service\n',
    'broken-target.yaml': 'key: [unclosed\n',
    'notes.txt': fileOf(ruleText('text')),
  });
  await symlink(join(folder, 'b.yaml'), join(folder, 'c.yaml'));
  const loaded = await loadRules([folder], { signal });
  expect(idsOf(loaded)).toEqual(['y', 'z', 'a', 'b']);
  expect([...loaded.problems, ...loaded.warnings]).toEqual([]);
});

test('a file that is named must hold rules, one that is named twice is read once', async () => {
  await write({ 'x.test.yaml': fileOf(ruleText('named')), 'none.yaml': 'kind: Service\n', 'list.yaml': 'rules: yes\n' });
  const paths = ['x.test.yaml', 'x.test.yaml', 'none.yaml', 'list.yaml', 'missing.yaml'].map((name) => join(folder, name));
  const loaded = await loadRules(paths, { signal });
  expect(idsOf(loaded)).toEqual(['named']);
  expect(placesOf(loaded.problems)).toEqual([
    'missing.yaml:1:1 rules cannot be read: there is no such file or folder',
    'none.yaml:1:1 the file holds no list of rules ("rules:")',
    'list.yaml:1:1 "rules" must be a list of rules',
  ]);
});

test('one bad rule leaves the others of its file', async () => {
  await write({
    'r.yaml': fileOf(
      ruleText('first'),
      '- id: bad\n  languages: [python]\n  severity: LOUD\n  message: m\n  pattern: f()\n',
      ruleText('last'),
    ),
  });
  const loaded = await loadRules([folder], { signal });
  expect(idsOf(loaded)).toEqual(['first', 'last']);
  expect(placesOf(loaded.problems)).toEqual([expect.stringMatching(/^r\.yaml:9:13 "severity" is one of CRITICAL, ERROR/)]);
});

test('a key that is there twice spoils the rule it stands in', async () => {
  await write({ 'r.yaml': fileOf(ruleText('one'), `${ruleText('two')}  pattern: other()\n`, ruleText('three')) });
  const loaded = await loadRules([folder], { signal });
  expect(idsOf(loaded)).toEqual(['one', 'three']);
  expect(placesOf(loaded.problems)).toEqual(['r.yaml:12:3 the key "pattern" is there twice']);
});

test('text that is no YAML is told with its place', async () => {
  await write({ 'r.yaml': 'rules:\n- id: a\n  message: "open\n' });
  const loaded = await loadRules([folder], { signal });
  expect(loaded.rules).toEqual([]);
  expect(placesOf(loaded.problems)[0]).toMatch(/^r\.yaml:\d+:\d+ not valid YAML: /);
});

test('of two rules with one id the first is run: both places are named, and the same rule twice is only a warning', async () => {
  await write({
    'a.yaml': fileOf(ruleText('same'), ruleText('other')),
    'b.yaml': fileOf(ruleText('other', 'harmless()'), ruleText('same')),
  });
  const loaded = await loadRules([folder], { signal });
  expect(idsOf(loaded)).toEqual(['same', 'other']);
  expect(placesOf(loaded.problems)).toEqual([
    `b.yaml:2:1 another rule has the id "other": ${join(folder, 'a.yaml')}:7; this one is not run`,
  ]);
  expect(placesOf(loaded.warnings)).toEqual([`b.yaml:7:1 the rule "same" is in ${join(folder, 'a.yaml')}:2 already, word for word`]);
});

test('anchors and merge keys stand for what they name', async () => {
  const base = '- &base\n  id: one\n  languages: [python]\n  severity: LOW\n  message: m\n  pattern: &p one()\n';
  await write({ 'r.yaml': `rules:\n${base}- <<: *base\n  id: two\n- <<: *base\n  id: three\n  pattern: *p\n  message: own\n` });
  const loaded = await loadRules([folder], { signal });
  expect(loaded.problems).toEqual([]);
  expect(loaded.rules.map(({ id, message, formula }) => [id, message, formula.kind === 'pattern' && formula.source])).toEqual([
    ['one', 'm', 'one()'],
    ['two', 'm', 'one()'],
    ['three', 'own', 'one()'],
  ]);
});

test('a tower of aliases, endless nesting and an alias of itself end with a problem', async () => {
  const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}*l${level}]\n`);
  await write({
    'tower.yaml': `l0: &l0 x\n${levels.join('')}rules:\n- id: t\n  metadata: *l30\n`,
    'deep.yaml': `rules: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
    'self.yaml': 'rules: &me\n- *me\n',
    'unknown.yaml': 'rules:\n- *nobody\n',
  });
  const loaded = await loadRules([folder], { signal });
  expect(loaded.rules).toEqual([]);
  const told = placesOf(loaded.problems);
  expect(told.find((line) => line.startsWith('tower.yaml'))).toContain('aliases stand for more than');
  expect(told.find((line) => line.startsWith('deep.yaml'))).toMatch(/nested (?:too deep|deeper)/);
  expect(told.find((line) => line.startsWith('self.yaml'))).toBeDefined();
  expect(told.find((line) => line.startsWith('unknown.yaml'))).toBeDefined();
});

test('a file over the limit is not read', async () => {
  await write({ 'big.yaml': `rules: []\n${'#'.repeat(4 * 1024 * 1024)}` });
  expect(placesOf((await loadRules([folder], { signal })).problems)).toEqual([expect.stringContaining('big.yaml:1:1 the file is larger')]);
});

test('an interrupted load ends with the reason', async () => {
  await write({ 'r.yaml': fileOf(ruleText('a')) });
  const controller = new AbortController();
  const reason = new Error('stop');
  controller.abort(reason);
  await expect(loadRules([folder], { signal: controller.signal })).rejects.toBeDefined();
});
