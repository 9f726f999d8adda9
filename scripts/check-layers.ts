/**
 * Layer check: dependency-cruiser over src/, and over planted breaches to know that it sees. Without its parser dependency-cruiser finds
 * no module and calls that clean, so an empty result fails too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { allowed, breaches, targets } from '../test/layers/breaches.ts';

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string; readonly severity: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

const projectRoot = join(import.meta.dirname, '..');
const config = join(projectRoot, '.dependency-cruiser.mjs');
const program = join(projectRoot, 'node_modules', '.bin', 'depcruise');

const cruise = (directory: string): Cruise['summary'] => {
  const { stdout, stderr, error } = spawnSync(process.execPath, [realpathSync(program), 'src', '--config', config, '-T', 'json'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 ** 2,
  });
  if (error !== undefined) throw error;
  try {
    return (JSON.parse(stdout) as Cruise).summary;
  } catch {
    throw new Error(`dependency-cruiser gave no result: ${stderr}`);
  }
};

const problems: string[] = [];

const product = cruise(projectRoot);
if (product.totalCruised === 0) problems.push('dependency-cruiser saw no module in src/');
for (const { rule, from, to } of product.violations) problems.push(`${from} must not import ${to} (${rule.name})`);

const scratch = mkdtempSync(join(tmpdir(), 'sightline-layers-'));
try {
  const files = Object.entries({
    'tsconfig.json': '{}',
    'package.json': '{"type":"module"}',
    ...targets,
    ...allowed,
    ...Object.assign({}, ...Object.values(breaches)),
  });
  for (const [path, content] of files as [string, string][]) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), content);
  }
  const found = cruise(realpathSync(scratch)).violations;
  for (const [rule, tree] of Object.entries(breaches)) {
    const [culprit] = Object.keys(tree);
    if (!found.some((violation) => violation.rule.name === rule && violation.from === culprit))
      problems.push(`the planted breach of ${rule} in ${culprit} was not found`);
  }
  for (const { rule, from, to } of found)
    if (from in allowed) problems.push(`${rule.name} forbids ${from} to import ${to}, which is allowed`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const { default: rules } = (await import(config)) as { default: { forbidden: readonly { name: string }[] } };
for (const { name } of rules.forbidden)
  if (!(name in breaches)) problems.push(`no breach of ${name} is planted in test/layers/breaches.ts`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`${product.totalCruised} modules, ${Object.keys(breaches).length} planted breaches found`);
}
