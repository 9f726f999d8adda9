/**
 * Checks docs/requirements.md: all 100 rows are there once, each has a state, a finished row names its proof, and every test named
 * (`path › name of the test`) exists under that name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRequirements, problemsOf } from './requirements-table.ts';

const projectRoot = join(import.meta.dirname, '..');
const rows = parseRequirements(readFileSync(join(projectRoot, 'docs', 'requirements.md'), 'utf8'));
const problems = problemsOf(rows, (path) =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : undefined,
);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  const count = (state: string): number => rows.filter((row) => row.state === state).length;
  console.log(`${rows.length} rows: ${count('done')} done, ${count('partial')} partial, ${count('planned')} planned`);
}
