/** Every relative link of the project's Markdown leads to a file, and its #anchor to a heading. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf, markdownFiles, withoutFences } from './markdown-files.ts';

const projectRoot = join(import.meta.dirname, '..');
const problems: string[] = [];
let links = 0;

for (const { path, text } of markdownFiles()) {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  for (const [, target = ''] of prose.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    links += 1;
    const [file = '', anchor] = target.split('#');
    const resolved = file === '' ? path : join(dirname(path), decodeURIComponent(file));
    if (!existsSync(join(projectRoot, resolved))) problems.push(`${path}: ${target} leads nowhere`);
    else if (
      anchor !== undefined &&
      resolved.endsWith('.md') &&
      !anchorsOf(readFileSync(join(projectRoot, resolved), 'utf8')).has(anchor)
    ) {
      problems.push(`${path}: ${resolved} has no heading #${anchor}`);
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`${links} links`);
}
