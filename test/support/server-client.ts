import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

export interface ServerAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Speaks to a server over HTTP, with the token it keeps in its data directory. */
export interface ServerClient {
  readonly ask: <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ServerAnswer<Body>>;
  /** For what `ask` cannot do: streams. */
  readonly open: (path: string, init?: RequestInit) => Promise<Response>;
  readonly createProject: (name: string) => Promise<string>;
  /** Id of the artifact. */
  readonly upload: (projectId: string, bytes: Buffer) => Promise<string>;
  /** Asks until the scan has ended, or until it is as it should be. */
  readonly waitForScan: (scanId: string, until?: (scan: ScanState) => boolean) => Promise<ScanState>;
}

export interface ScanState {
  readonly id: string;
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly findings_total: number;
  readonly tasks: readonly { readonly state: string; readonly attempts: readonly { readonly outcome: string | null }[] }[];
}

const hasEnded = ({ state }: ScanState): boolean => ['completed', 'failed', 'cancelled'].includes(state);

export const createServerClient = (server: ServerProcess, cwd: string): ServerClient => {
  const token = readFileSync(join(cwd, 'sightline-data', 'operator-token'), 'utf8').trim();
  const open: ServerClient['open'] = (path, init = {}) =>
    fetch(`${server.urls['api']}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  const ask = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ServerAnswer<Body>> => {
    const response = await open(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  };
  return {
    ask,
    open,
    createProject: async (name) => {
      const { status, body } = await ask<{ id: string }>('POST', '/api/v1/projects', { name });
      if (status !== 201) throw new Error(`a new project was answered with ${status}: ${JSON.stringify(body)}`);
      return body.id;
    },
    upload: async (projectId, bytes) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const about = { type: 'source', filename: 'app.tar.gz', size_bytes: bytes.length, sha256, project_id: projectId };
      const { body } = await ask<{ artifact: { id: string }; upload: { url: string; headers: Record<string, string> } }>(
        'POST',
        '/api/v1/artifacts',
        about,
      );
      const headers = { 'content-type': 'application/octet-stream', ...body.upload.headers };
      const sent = await fetch(`${server.urls['api']}${body.upload.url}`, { method: 'PUT', headers, body: Uint8Array.from(bytes) });
      if (!sent.ok) throw new Error(`an upload was answered with ${sent.status}: ${await sent.text()}`);
      return body.artifact.id;
    },
    waitForScan: async (scanId, until = hasEnded) => {
      for (;;) {
        const { body } = await ask<ScanState>('GET', `/api/v1/scans/${scanId}`);
        if (until(body)) return body;
        if (hasEnded(body)) throw new Error(`scan ${scanId} is ${body.state}: ${JSON.stringify(body)}`);
        await sleep(100);
      }
    },
  };
};
