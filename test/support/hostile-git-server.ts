import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type LoopbackServer, packetLine, startLoopbackServer } from './git-server.ts';

export interface HostileBehaviour {
  /** Lines of the answer to `ls-refs`, such as `<id> HEAD symref-target:refs/heads/main`. */
  readonly refs?: readonly string[];
  /** Further capability lines. */
  readonly capabilities?: readonly string[];
  /** Answers `GET …/info/refs` itself. */
  readonly onDiscovery?: (response: ServerResponse, request: IncomingMessage) => void;
  /** Answers `ls-refs` itself. */
  readonly onRefs?: (response: ServerResponse) => void;
  /** Answers `fetch`; `body` is what the client asked for. */
  readonly onFetch?: (response: ServerResponse, body: string) => void;
}

export const advertisementHead = { 'content-type': 'application/x-git-upload-pack-advertisement' };
export const resultHead = { 'content-type': 'application/x-git-upload-pack-result' };

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
};

/** A server that speaks git's protocol version 2 by hand and misbehaves where it is told to. */
export const startHostileServer = (behaviour: HostileBehaviour): Promise<LoopbackServer> =>
  startLoopbackServer((request, response) => {
    const answer = async (): Promise<void> => {
      if (request.method === 'GET') {
        if (behaviour.onDiscovery !== undefined) return behaviour.onDiscovery(response, request);
        const lines = [
          'version 2\n',
          'agent=git/2.39\n',
          'ls-refs=unborn\n',
          'fetch=shallow\n',
          'object-format=sha1\n',
          ...(behaviour.capabilities ?? []).map((line) => `${line}\n`),
        ];
        const advertisement = [
          packetLine('# service=git-upload-pack\n'),
          packetLine(),
          ...lines.map((line) => packetLine(line)),
          packetLine(),
        ];
        response.writeHead(200, advertisementHead).end(Buffer.concat(advertisement));
        return;
      }
      const body = await bodyOf(request);
      response.writeHead(200, resultHead);
      if (body.includes('command=ls-refs')) {
        if (behaviour.onRefs !== undefined) return behaviour.onRefs(response);
        response.end(Buffer.concat([...(behaviour.refs ?? []).map((line) => packetLine(`${line}\n`)), packetLine()]));
      } else if (behaviour.onFetch === undefined) response.end();
      else behaviour.onFetch(response, body);
    };
    answer().catch(() => response.destroy());
  });

/** Writes what `next` makes for ever, at the pace of the reader. */
export const writeForever = (response: ServerResponse | NodeJS.WritableStream, next: () => Buffer): void => {
  const pump = (): void => {
    while (!('destroyed' in response && response.destroyed)) {
      if (!response.write(next())) {
        response.once('drain', pump);
        return;
      }
    }
  };
  pump();
};

/** A packet of the side band: 1 data, 2 progress, 3 error. */
export const sideBand = (channel: 1 | 2 | 3, content: Buffer | string): Buffer =>
  packetLine(Buffer.concat([Buffer.from([channel]), Buffer.from(content as string)]));
