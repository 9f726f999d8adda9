import { describeApi, type OpenApiDocument } from '../api/openapi/document.ts';
import type { Operation } from '../api/operation.ts';
import { createDocumentationOperations } from '../api/operations/documentation.ts';
import { operations } from '../api/operations/index.ts';
import { createProbeOperations, type ProbeDependencies } from '../api/operations/probes.ts';
import { createRestServer, type RestDependencies, type RestServer } from '../api/rest/server.ts';
import type { ListenAddress } from '../config/listen-address.ts';

export interface ApiDependencies extends Omit<RestDependencies, 'operations'>, ProbeDependencies {
  readonly listen: ListenAddress;
  /** Beside the API, for an orchestrator: `/health`, `/ready` and `/metrics` alone. */
  readonly probesListen: ListenAddress | 'off';
  /** Beside the API, for Prometheus: `/metrics` alone. */
  readonly metricsListen: ListenAddress | 'off';
  /** Requests that are under way at the end get so long. */
  readonly graceMs: number;
}

export interface RunningRole {
  /** Where it listens: `api`, `probes`, `metrics`. */
  readonly addresses: Readonly<Record<string, ListenAddress>>;
  /** Settles when it has stopped, after the signal. */
  readonly ended: Promise<void>;
}

/** Every operation this server has, with the documentation of all of them. */
export const allOperations = (deps: ProbeDependencies): readonly Operation[] => {
  const { health, ready, metrics } = createProbeOperations(deps);
  let document: OpenApiDocument | undefined;
  const documentation = createDocumentationOperations(() => (document ??= describeApi(all, deps.toolVersion)));
  const all: readonly Operation[] = [...operations, health, ready, metrics, ...documentation];
  return all;
};

const startListeners = async (
  deps: Omit<ApiDependencies, 'listen'> & { readonly listen: ListenAddress | 'off' },
  { signal }: { readonly signal: AbortSignal },
): Promise<RunningRole> => {
  const { health, ready, metrics } = createProbeOperations(deps);
  const wanted: readonly (readonly [name: string, address: ListenAddress | 'off', served: readonly Operation[]])[] = [
    ['api', deps.listen, deps.listen === 'off' ? [] : allOperations(deps)],
    ['probes', deps.probesListen, [health, ready, metrics]],
    ['metrics', deps.metricsListen, [metrics]],
  ];
  const servers: RestServer[] = [];
  const addresses: Record<string, ListenAddress> = {};
  const closeAll = async () => {
    await Promise.all(servers.map((server) => server.close({ graceMs: deps.graceMs })));
  };
  try {
    for (const [name, address, served] of wanted) {
      if (address === 'off') continue;
      const server = createRestServer({ ...deps, operations: served });
      addresses[name] = await server.listen(address);
      servers.push(server);
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const ended = new Promise<void>((resolve, reject) => {
    const end = () => void closeAll().then(resolve, reject);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return { addresses, ended };
};

/** Serves the API until the signal: then it takes no more requests, ends event streams and waits for the rest. @throws AppError `address_in_use` */
export const startApi = (deps: ApiDependencies, options: { readonly signal: AbortSignal }): Promise<RunningRole> =>
  startListeners(deps, options);

/** The same for a process without the API: probes and metrics only. */
export const startProbes = (deps: Omit<ApiDependencies, 'listen'>, options: { readonly signal: AbortSignal }): Promise<RunningRole> =>
  startListeners({ ...deps, listen: 'off' }, options);
