import type { Readiness } from '../../app/health/health-check.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { type Operation, openOperation, operation } from '../operation.ts';
import { healthShape, readinessShape } from '../wire/health.ts';

export interface ProbeDependencies {
  readonly toolVersion: string;
  readonly checkReadiness: (options: CallOptions) => Promise<Readiness>;
  /** Everything measured, in the text format of Prometheus. */
  readonly renderMetrics: (options: CallOptions) => Promise<string>;
}

const tag = 'Operating';

/** A server that is stopping is alive and no longer ready. */
const stoppingCheck = { name: 'server', ok: false, detail: 'stopping' };

async function* pieces(text: string): AsyncIterable<string> {
  yield text;
}

export interface ProbeOperations {
  readonly health: Operation;
  readonly ready: Operation;
  readonly metrics: Operation;
}

/** What an orchestrator and Prometheus ask; served beside the API and on listeners of their own. */
export const createProbeOperations = (deps: ProbeDependencies): ProbeOperations => ({
  health: openOperation({
    id: 'health',
    method: 'GET',
    path: '/health',
    tag,
    access: 'public',
    summary: 'Is the process alive?',
    responses: { 200: { description: 'It answers, so it is.', schema: healthShape } },
    handler: async () => ({ status: 200, body: { status: 'healthy' as const, service: 'sightline' as const, version: deps.toolVersion } }),
  }),

  ready: openOperation({
    id: 'ready',
    method: 'GET',
    path: '/ready',
    tag,
    access: 'public',
    summary: 'Can the process do its work?',
    responses: {
      200: { description: 'Database, migrations and storage are as they must be.', schema: readinessShape },
      503: { description: 'Something is not; the checks say what.', schema: readinessShape },
    },
    handler: async (_input, { signal, stopping }) => {
      const { isReady, checks } = await deps.checkReadiness({ signal });
      const shown = [...checks.map(({ name, isOk, detail }) => ({ name, ok: isOk, detail })), ...(stopping.aborted ? [stoppingCheck] : [])];
      if (isReady && !stopping.aborted) return { status: 200, body: { status: 'ready' as const, checks: shown } };
      return { status: 503, body: { status: 'not_ready' as const, checks: shown }, headers: { 'retry-after': '5' } };
    },
  }),

  metrics: operation({
    id: 'metrics',
    method: 'GET',
    path: '/metrics',
    tag,
    access: 'metrics:read',
    summary: 'Everything measured, for Prometheus',
    responses: { 200: { description: 'Text format 0.0.4.', contentType: 'text/plain; version=0.0.4; charset=utf-8' } },
    handler: async (_input, { signal }) => ({ status: 200, stream: pieces(await deps.renderMetrics({ signal })) }),
  }),
});
