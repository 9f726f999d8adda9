import { join } from 'node:path';
import { loadEngine } from '../../src/engines/registry.ts';
import { code, markdownTable } from './markdown-table.ts';

/** The rules an engine runs when nobody configures it. */
export const rulesPage = async (engineName: string, projectRoot: string): Promise<string> => {
  const engine = await loadEngine(engineName);
  const { rules } = await engine.prepare(
    { rulesDir: join(projectRoot, 'rules', engineName), hmacKey: { id: 'none', key: new Uint8Array(32), ephemeral: true } },
    { signal: new AbortController().signal },
  );
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => [code(rule.id), rule.title, rule.severity, rule.confidence, rule.cwe.join(', ')]);
  return `# Rules of the engine \`${engineName}\`

${rules.length} rules. \`sightline explain <rule>\` says what one means and what to do; \`sightline rules test\` runs the examples of each.

${markdownTable(['rule', 'finds', 'severity', 'confidence', 'CWE'], rows)}
`;
};
