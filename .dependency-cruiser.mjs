/** The layers of docs/architecture.md as a table: what each may import besides itself. `npm run check` runs it. */
const layers = {
  lib: [],
  vendors: ['lib'],
  domain: ['lib'],
  engines: ['domain', 'lib'],
  ports: ['vendors', 'domain', 'lib'],
  report: ['domain', 'lib'],
  config: ['domain', 'lib'],
  analysis: ['engines', 'ports', 'report', 'config', 'domain', 'lib'],
  store: ['ports', 'domain', 'lib'],
  app: ['store', 'analysis', 'engines', 'ports', 'report', 'config', 'domain', 'lib'],
  api: ['app', 'engines', 'report', 'config', 'domain', 'lib'],
  roles: ['api', 'app', 'analysis', 'engines', 'ports', 'config', 'domain', 'lib'],
  cli: ['api', 'app', 'analysis', 'engines', 'ports', 'report', 'config', 'domain', 'lib'],
  compose: ['cli', 'roles', 'api', 'app', 'store', 'analysis', 'engines', 'ports', 'report', 'config', 'vendors', 'domain', 'lib'],
};
const every = Object.keys(layers);

const layerRules = every.map((layer) => ({
  name: `layer-${layer}`,
  severity: 'error',
  comment: `${layer} may import only: ${layers[layer].join(', ') || 'nothing'}`,
  from: { path: `^src/${layer}/`, pathNot: '\\.(test|contract)\\.ts$' },
  to: { path: '^src/', pathNot: [layer, ...layers[layer]].map((name) => `^src/${name}/`) },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'adapter-private-outside',
      comment: 'an adapter or engine folder is loaded only by its registry',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/ports/', '\\.(test|contract)\\.ts$'] },
      to: { path: '^src/ports/[^/]+/[^/]+/' },
    },
    {
      name: 'adapter-private-sibling',
      severity: 'error',
      from: { path: '^src/ports/([^/]+)/([^/]+)/' },
      to: { path: '^src/ports/[^/]+/[^/]+/', pathNot: '^src/ports/$1/$2/' },
    },
    {
      name: 'engine-private-outside',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/engines/', '\\.(test|contract)\\.ts$'] },
      to: { path: '^src/engines/[^/]+/' },
    },
    {
      name: 'engine-private-sibling',
      severity: 'error',
      from: { path: '^src/engines/([^/]+)/' },
      to: { path: '^src/engines/[^/]+/', pathNot: '^src/engines/$1/' },
    },
    {
      name: 'registry-loads-lazily',
      comment: 'a registry reaches its plug-ins only by import()',
      severity: 'error',
      from: { path: '^src/(engines|ports/[^/]+)/registry\\.ts$' },
      to: { path: '^src/(engines|ports/[^/]+)/[^/]+/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(test|contract)\\.ts$' },
      to: { path: '\\.(test|contract)\\.ts$' },
    },
    {
      name: 'system-door',
      comment: 'who may see every organisation: scheduler, retention, health, migrations',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(store|compose)/',
          '^src/app/(tasks|retention|health|events|instance|metrics|scheduling)/',
          '\\.(test|contract)\\.ts$',
        ],
      },
      to: { path: '^src/store/system-tx\\.ts$' },
    },
    {
      name: 'worker-knows-leases-only',
      comment: 'a worker speaks LeaseService, from this process or another; it sees neither the database nor the use cases',
      severity: 'error',
      from: { path: '^src/roles/worker/' },
      to: { path: '^src/(store|app|api|ports/database)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
