/**
 * For each rule of `.dependency-cruiser.mjs` a tiny tree that breaks it. `npm run check` writes them to a scratch directory, runs the
 * same configuration over them and requires that exactly these rules fire: a checker that sees nothing cannot pass.
 */
const from = (specifier: string): string => `import { value } from '${specifier}';\nexport const used = value;\n`;
const value = 'export const value = 1;\n';

/** Rule → files; the first file holds the breach. */
export const breaches: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'layer-lib': { 'src/lib/a.ts': from('../domain/value.ts') },
  'layer-domain': { 'src/domain/a.ts': from('../config/value.ts') },
  'layer-engines': { 'src/engines/a.ts': from('../ports/value.ts') },
  'layer-ports': { 'src/ports/a.ts': from('../report/value.ts') },
  'layer-report': { 'src/report/a.ts': from('../config/value.ts') },
  'layer-config': { 'src/config/a.ts': from('../report/value.ts') },
  'layer-vendors': { 'src/vendors/a.ts': from('../domain/value.ts') },
  'layer-analysis': { 'src/analysis/a.ts': from('../cli/value.ts') },
  'layer-store': { 'src/store/a.ts': from('../analysis/value.ts') },
  'layer-app': { 'src/app/a.ts': from('../api/value.ts') },
  'layer-api': { 'src/api/a.ts': from('../store/value.ts') },
  'layer-roles': { 'src/roles/a.ts': from('../store/value.ts') },
  'layer-cli': { 'src/cli/a.ts': from('../main.ts'), 'src/main.ts': value },
  'layer-compose': { 'src/compose/a.ts': from('../main.ts') },
  'adapter-private-outside': { 'src/analysis/b.ts': from('../ports/checkout/git/index.ts') },
  'adapter-private-sibling': { 'src/ports/checkout/archive/b.ts': from('../git/index.ts') },
  'engine-private-outside': { 'src/analysis/c.ts': from('../engines/secrets/index.ts') },
  'engine-private-sibling': { 'src/engines/gitleaks/b.ts': from('../secrets/index.ts') },
  'registry-loads-lazily': { 'src/engines/registry.ts': from('./secrets/index.ts') },
  'no-test-in-product': { 'src/domain/c.ts': from('./d.test.ts'), 'src/domain/d.test.ts': value },
  'system-door': { 'src/app/scans/a.ts': from('../../store/system-tx.ts'), 'src/store/system-tx.ts': value },
  'worker-knows-leases-only': { 'src/roles/worker/a.ts': from('../../app/value.ts') },
  'no-circular': { 'src/lib/b.ts': from('./c.ts'), 'src/lib/c.ts': `export { used as value } from './b.ts';\n` },
};

/** Imports that the rules must leave alone. */
export const allowed: Readonly<Record<string, string>> = {
  'src/engines/other/registry-user.ts': `import type { value } from '../../domain/value.ts';\nexport type Used = typeof value;\n`,
  'src/ports/checkout/registry.ts': `export const load = () => import('./git/index.ts');\n`,
  'src/cli/b.ts': from('../analysis/value.ts'),
  'src/app/tasks/b.ts': from('../../store/system-tx.ts'),
  'src/roles/b.ts': from('../app/value.ts'),
  'src/roles/worker/b.ts': from('../../analysis/value.ts'),
  'src/domain/value.test.ts': from('../config/value.ts'),
};

const layers = ['lib', 'vendors', 'domain', 'engines', 'ports', 'report', 'config', 'analysis', 'store', 'app', 'api', 'roles', 'cli'];

/** What the trees above import. */
export const targets: Readonly<Record<string, string>> = {
  ...Object.fromEntries(layers.map((layer) => [`src/${layer}/value.ts`, value])),
  'src/ports/checkout/git/index.ts': value,
  'src/engines/secrets/index.ts': value,
};
