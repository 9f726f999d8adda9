import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `HOST:PORT` of every CONNECT, the oldest first. */
  readonly asked: readonly string[];
  /** Everything clients sent in the clear before a tunnel began. */
  readonly seen: () => string;
  readonly close: () => Promise<void>;
}

/** A proxy that knows names nobody else knows: each leads to a port on loopback. */
export const startConnectProxy = async (options: {
  readonly ports: Readonly<Record<string, number>>;
  /** `user:password` that clients must give. */
  readonly credentials?: string;
}): Promise<ConnectProxy> => {
  const asked: string[] = [];
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(405).end();
  });
  server.on('connection', keep);
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const authority = request.url ?? '';
    asked.push(authority);
    seen.push(authority, ...request.rawHeaders);
    const given = (request.headers['proxy-authorization'] ?? '').replace(/^Basic /, '');
    if (options.credentials !== undefined && Buffer.from(given, 'base64').toString('utf8') !== options.credentials) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const port = options.ports[authority];
    if (port === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    seen: () => seen.join('\n'),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
