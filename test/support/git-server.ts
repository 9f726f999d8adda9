import { type ChildProcess, spawn } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { testGitEnvironment } from './git-repository.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** `127.0.0.1:PORT`: what `--allow-host` wants. */
  readonly host: string;
  readonly port: number;
  /** Every request, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  readonly close: () => Promise<void>;
}

export interface LoopbackOptions {
  readonly address?: string;
  /** Absent: any free port. */
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A server on a loopback port that records what it is asked. */
export const startLoopbackServer = async (handle: RequestListener, options: LoopbackOptions = {}): Promise<LoopbackServer> => {
  const { address = '127.0.0.1', port: wantedPort = 0, tls } = options;
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    response.on('error', () => undefined);
    handle(request, response);
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wantedPort, address, resolve));
  const { port } = server.address() as AddressInfo;
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    port,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

export interface GitServerOptions extends LoopbackOptions {
  /** Folder with bare repositories; `ROOT/name.git` is served as `URL/name.git`. */
  readonly root: string;
  /** Every request needs this as its password. */
  readonly auth?: { readonly token: string };
  /** Answers a request itself by returning true. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Speaks the oldest protocol, where only what a branch or tag points to can be fetched. */
  readonly oldProtocol?: boolean;
}

const isAuthorized = (request: IncomingMessage, token: string): boolean => {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':')
    .slice(1)
    .join(':');
  return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
};

/** Reads the header block a CGI program starts its answer with, then passes the rest on. */
const relay = (child: ChildProcess, response: ServerResponse): void => {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    child.stdout?.off('data', onData);
    let status = 200;
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    child.stdout?.pipe(response);
  };
  child.stdout?.on('data', onData);
};

/** Real git (`git http-backend`) behind a loopback HTTP server. */
export const startGitServer = (options: GitServerOptions): Promise<LoopbackServer> =>
  startLoopbackServer((request, response) => {
    if (options.intercept?.(request, response) === true) return;
    if (options.auth !== undefined && !isAuthorized(request, options.auth.token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const protocol = request.headers['git-protocol'];
    const child = spawn('git', ['http-backend'], {
      env: {
        ...testGitEnvironment,
        GIT_PROJECT_ROOT: options.root,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: decodeURIComponent(path),
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
        ...(request.headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
        ...(options.oldProtocol === true || typeof protocol !== 'string' ? {} : { GIT_PROTOCOL: protocol }),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    response.on('close', () => child.kill());
    relay(child, response);
  }, options);

/** `git` packet line; undefined is the flush packet. */
export const packetLine = (content?: string | Buffer): Buffer => {
  if (content === undefined) return Buffer.from('0000');
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
};
