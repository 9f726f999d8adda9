import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { ResolveHost } from '../../src/ports/checkout/git/host-pin.ts';

export interface DnsServer {
  /** Names asked for, one entry a question for IPv4 addresses. */
  readonly questions: readonly string[];
  /** Asks this server, as a process would ask the one of its machine. */
  readonly resolveHost: ResolveHost;
  readonly close: () => Promise<void>;
}

/** A name server on loopback whose answer to the nth question is `answers[n]` (the last one is repeated); it knows IPv4 only. */
export const startDnsServer = async (answers: readonly (readonly string[])[]): Promise<DnsServer> => {
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
      at += length + 1;
    }
    const type = query.readUInt16BE(at + 1);
    const question = query.subarray(12, at + 5);
    const addresses = type === 1 ? (answers[Math.min(questions.length, answers.length - 1)] ?? []) : [];
    if (type === 1) questions.push(labels.join('.'));
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]));
    socket.send(Buffer.concat([head, question, ...records]), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    questions,
    resolveHost: (name) => resolver.resolve4(name),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};
