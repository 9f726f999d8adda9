import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { UseCases } from '../api/use-cases.ts';
import { silentLog } from '../lib/log.ts';
import { type ApiDependencies, startApi, startProbes } from './api.ts';

const anyPort = { host: '127.0.0.1', port: 0 };
const deps: ApiDependencies = {
  listen: anyPort,
  probesListen: anyPort,
  metricsListen: anyPort,
  graceMs: 1000,
  hostNames: [],
  useCases: {} as UseCases,
  authenticate: async (token) => (token === 'good' ? { organizationId: 'o', actor: 'operator' } : undefined),
  newId: () => 'id',
  log: silentLog,
  observe: () => undefined,
  toolVersion: '1.2.3',
  checkReadiness: async () => ({ isReady: true, checks: [] }),
  renderMetrics: async () => 'up 1\n',
};
const statusOf = async (port: number | undefined, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: 'Bearer good' } })).status;

it('serves the API, and on listeners of their own only probes and metrics', async () => {
  const stop = new AbortController();
  const { addresses, ended } = await startApi(deps, { signal: stop.signal });
  const table = await Promise.all(
    ['api', 'probes', 'metrics'].map((name) =>
      Promise.all(['/health', '/ready', '/metrics', '/api/v1/openapi.json'].map((path) => statusOf(addresses[name]?.port, path))),
    ),
  );
  expect(table).toEqual([
    [200, 200, 200, 200],
    [200, 200, 200, 404],
    [404, 404, 200, 404],
  ]);
  stop.abort();
  await ended;
  await expect(statusOf(addresses['api']?.port, '/health')).rejects.toThrow('fetch failed');
});

it('leaves nothing open where one address is taken', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const starting = startApi({ ...deps, metricsListen: { host: '127.0.0.1', port } }, { signal: new AbortController().signal });
  await expect(starting).rejects.toMatchObject({ code: 'address_in_use' });
  taken.close();
});

it('serves probes of a process without the API', async () => {
  const stop = new AbortController();
  const { addresses, ended } = await startProbes({ ...deps, metricsListen: 'off' }, { signal: stop.signal });
  expect(Object.keys(addresses)).toEqual(['probes']);
  expect(await statusOf(addresses['probes']?.port, '/ready')).toBe(200);
  stop.abort();
  await ended;
});
