import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, createDeflate, createGzip } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/ports/checkout/checkout.ts';
import { residentBytesOfTree } from '../../src/ports/checkout/process-memory.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository, type TestRepository, testGitEnvironment } from '../support/git-repository.ts';
import { type LoopbackServer, packetLine, startLoopbackServer } from '../support/git-server.ts';
import { advertisementHead, type HostileBehaviour, sideBand, startHostileServer, writeForever } from '../support/hostile-git-server.ts';
import { quickestMs } from '../support/quickest.ts';

let folder: string;
let intake: Intake;
let repository: TestRepository;
let commit: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'intake-git-servers-'));
  repository = createRepository(join(folder, 'project.git'));
  commit = repository.commit({ 'a.txt': 'content\n' });
  intake = createIntake();
});

const closing: LoopbackServer[] = [];
const begin = async (starting: Promise<LoopbackServer>): Promise<LoopbackServer> => {
  const started = await starting;
  closing.push(started);
  return started;
};
const refusalOf = async (behaviour: HostileBehaviour, request: Parameters<Intake['refusal']>[1] = {}): ReturnType<Intake['refusal']> => {
  const server = await begin(startHostileServer({ refs: [`${commit} HEAD symref-target:refs/heads/main`], ...behaviour }));
  return intake.refusal(`${server.url}/project.git`, { allowHosts: [server.host], ...request });
};

afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

afterAll(() => {
  intake.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Largest resident memory of the processes below this one while `work` runs. */
const peakMemoryBelow = async (work: () => Promise<unknown>): Promise<number> => {
  let peak = 0;
  const timer = setInterval(() => {
    const own = residentBytesOfTree(process.pid);
    peak = Math.max(peak, own - process.memoryUsage.rss());
  }, 25);
  await work();
  clearInterval(timer);
  return peak;
};

const limitBytes = 300 * 1024 ** 2;
const refLines = Buffer.concat(
  Array.from({ length: 500 }, (_unused, index) => packetLine(`${'b'.repeat(40)} refs/heads/${index}-${'x'.repeat(100)}\n`)),
);
const oldFirstLine = (): Buffer =>
  Buffer.concat([
    packetLine('# service=git-upload-pack\n'),
    packetLine(),
    packetLine(`${commit} HEAD\0multi_ack side-band-64k ofs-delta agent=git/2\n`),
  ]);

/** A pack with one object whose compressed data never ends. */
const endlessPack = (write: (bytes: Buffer) => boolean, onDrain: (resume: () => void) => void, isOpen: () => boolean): void => {
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(1, 8);
  // Type blob, size 2^40: four bits, then seven a byte.
  const size: number[] = [0x30 | 0x80];
  for (let left = 2 ** 36; left > 0; left = Math.floor(left / 128)) size.push((left % 128) | (left >= 128 ? 0x80 : 0));
  write(Buffer.concat([header, Buffer.from(size)]));
  const deflate = createDeflate({ level: constants.Z_NO_COMPRESSION });
  const block = randomBytes(32_768);
  deflate.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += 60_000) {
      if (!write(chunk.subarray(at, at + 60_000))) {
        deflate.pause();
        onDrain(() => deflate.resume());
      }
    }
  });
  const feed = (): void => {
    while (isOpen()) if (!deflate.write(block)) return void deflate.once('drain', feed);
    deflate.destroy();
  };
  feed();
};

const packOf = (ids: readonly string[]): Buffer =>
  execFileSync('git', ['pack-objects', '--stdout', '--quiet'], {
    env: { ...testGitEnvironment, GIT_DIR: repository.path },
    input: `${ids.join('\n')}\n`,
    stdio: ['pipe', 'pipe', 'ignore'],
  });

/** A complete answer to `fetch --depth 1` around a pack. */
const fetchAnswer = (pack: Buffer): Buffer => {
  const parts = [packetLine('shallow-info\n'), packetLine(`shallow ${commit}`), Buffer.from('0001'), packetLine('packfile\n')];
  for (let at = 0; at < pack.length; at += 60_000) parts.push(sideBand(1, pack.subarray(at, at + 60_000)));
  return Buffer.concat([...parts, packetLine()]);
};

describe('a hostile server', () => {
  it('that is honest is understood (the harness speaks the protocol)', async () => {
    const tree = repository.git(['rev-parse', `${commit}^{tree}`]);
    const blob = repository.git(['rev-parse', `${commit}:a.txt`]);
    const server = await begin(
      startHostileServer({
        refs: [`${commit} HEAD symref-target:refs/heads/main`],
        onFetch: (response) => response.end(fetchAnswer(packOf([commit, tree, blob]))),
      }),
    );
    const checkout = await intake.open(`${server.url}/project.git`, { allowHosts: [server.host] });
    expect(checkout.files).toEqual([{ path: 'a.txt', sizeBytes: 8 }]);
    await checkout.dispose();
  });

  it.each([
    ['the advertisement', 'onDiscovery'],
    ['the references', 'onRefs'],
    ['the pack', 'onFetch'],
  ] as const)('30: that sends %s one byte at a time is left when the time is up', async (_what, place) => {
    const timeoutMs = 1500;
    const endMs = async (): Promise<number> => {
      const startedMs = performance.now();
      const { code } = await refusalOf(
        {
          [place]: (response: ServerResponse) => {
            if (!response.headersSent) response.writeHead(200, advertisementHead);
            response.write('0ff');
            const timer = setInterval(() => response.write('f'), 100);
            response.on('close', () => clearInterval(timer));
          },
        },
        { budgets: { ...defaultBudgets, timeoutMs } },
      );
      expect(code).toBe('checkout_timeout');
      return performance.now() - startedMs;
    };
    const limitMs = timeoutMs + 5000;
    expect(await quickestMs(limitMs, endMs)).toBeLessThan(limitMs);
  });

  it('30: that never answers is left when the time is up', async () => {
    const silent = await begin(startLoopbackServer(() => undefined));
    expect(
      await intake.refusal(`${silent.url}/project.git`, { allowHosts: [silent.host], budgets: { ...defaultBudgets, timeoutMs: 1000 } }),
    ).toMatchObject({ code: 'checkout_timeout' });
  });

  it.each([
    [
      '31: an endless advertisement',
      { onDiscovery: (response) => writeForever(response.writeHead(200, advertisementHead), () => refLines) },
    ],
    [
      '31: endless references in the old protocol',
      {
        onDiscovery: (response) => {
          response.writeHead(200, advertisementHead).write(oldFirstLine());
          writeForever(response, () => refLines);
        },
      },
    ],
    ['31: endless references', { onRefs: (response) => writeForever(response, () => refLines) }],
    [
      '37: an endless advertisement, compressed',
      {
        onDiscovery: (response) => {
          const gzip = createGzip();
          gzip.pipe(response.writeHead(200, { ...advertisementHead, 'content-encoding': 'gzip' }));
          response.on('close', () => gzip.destroy());
          gzip.write(oldFirstLine());
          writeForever(gzip, () => refLines);
        },
      },
    ],
  ] as readonly (readonly [string, HostileBehaviour])[])('%s ends at the limit, in bounded memory', async (_name, behaviour) => {
    let code = '';
    const peak = await peakMemoryBelow(async () => {
      ({ code } = await refusalOf(behaviour, { ref: 'main' }));
    });
    expect(['size_limit', 'git_failed']).toContain(code);
    expect(peak).toBeLessThan(limitBytes);
    // The harness did see git at work.
    expect(peak).toBeGreaterThan(1024 ** 2);
  });

  it('31: an endless advertisement before the fetch ends at the limit, in bounded memory', async () => {
    let asked = 0;
    const peak = await peakMemoryBelow(async () => {
      const { code } = await refusalOf({
        onDiscovery: (response) => {
          asked += 1;
          response.writeHead(200, advertisementHead);
          if (asked === 1) response.end(Buffer.concat([oldFirstLine(), packetLine()]));
          else {
            response.write(oldFirstLine());
            writeForever(response, () => refLines);
          }
        },
      });
      expect(code).toBe('size_limit');
    });
    expect(asked).toBe(2);
    expect(peak).toBeLessThan(limitBytes);
  });

  it('32: an endless pack ends at the limit and leaves nothing', async () => {
    const { code } = await refusalOf(
      {
        onFetch: (response) => {
          response.write(
            Buffer.concat([packetLine('shallow-info\n'), packetLine(`shallow ${commit}`), Buffer.from('0001'), packetLine('packfile\n')]),
          );
          endlessPack(
            (bytes) => response.write(sideBand(1, bytes)),
            (resume) => void response.once('drain', resume),
            () => !response.destroyed,
          );
        },
      },
      { budgets: { ...defaultBudgets, transferBytes: 8 * 1024 ** 2 } },
    );
    expect(code).toBe('size_limit');
  });

  it('33: a branch without commits whose name climbs out is no path', async () => {
    const { code } = await refusalOf({ refs: ['unborn HEAD symref-target:refs/heads/../../../escaped'] });
    expect(code).toBe('nothing_to_scan');
    expect(existsSync(join(intake.scratch, 'escaped'))).toBe(false);
  });

  it('33: a default branch with such a name is not repeated', async () => {
    const tree = repository.git(['rev-parse', `${commit}^{tree}`]);
    const blob = repository.git(['rev-parse', `${commit}:a.txt`]);
    for (const name of ['refs/heads/../../../escaped', 'refs/heads/--output=x', 'refs/heads/\u001b[31mred']) {
      const server = await begin(
        startHostileServer({
          refs: [`${commit} HEAD symref-target:${name}`],
          onFetch: (response) => response.end(fetchAnswer(packOf([commit, tree, blob]))),
        }),
      );
      const checkout = await intake.open(`${server.url}/project.git`, { allowHosts: [server.host] }).catch(() => undefined);
      expect(checkout?.target.ref ?? 'HEAD').toMatch(/^(?:HEAD|--output=x)$/);
      expect(readdirSync(intake.scratch).filter((entry) => !entry.startsWith('sightline-'))).toEqual([]);
      await checkout?.dispose();
    }
  });

  it('34: another object than the one asked for is refused', async () => {
    const other = repository.commit({ 'other.txt': 'x' }, { branch: 'other' });
    const ids = [other, repository.git(['rev-parse', `${other}^{tree}`]), repository.git(['rev-parse', `${other}:other.txt`])];
    for (const request of [{}, { ref: commit }]) {
      expect(await refusalOf({ onFetch: (response) => response.end(fetchAnswer(packOf(ids))) }, request)).toMatchObject({
        code: 'git_integrity',
      });
    }
  });

  it('34: a pack that is damaged, incomplete or no pack is refused', async () => {
    const tree = repository.git(['rev-parse', `${commit}^{tree}`]);
    const damaged = Buffer.from(packOf([commit, tree]));
    damaged[damaged.length - 30] = (damaged[damaged.length - 30] ?? 0) ^ 0xff;
    for (const pack of [damaged, packOf([commit]), packOf([commit, tree]), Buffer.from('no pack at all, but some bytes')]) {
      expect(await refusalOf({ onFetch: (response) => response.end(fetchAnswer(pack)) })).toMatchObject({ code: 'git_integrity' });
    }
  });

  it('a pack that breaks off is a failure of the server', async () => {
    const pack = packOf([commit]).subarray(0, 60);
    const { code } = await refusalOf({
      onFetch: (response) => {
        response.write(
          Buffer.concat([
            packetLine('shallow-info\n'),
            packetLine(`shallow ${commit}`),
            Buffer.from('0001'),
            packetLine('packfile\n'),
            sideBand(1, pack),
          ]),
        );
        setTimeout(() => response.destroy(), 50);
      },
    });
    expect(code).toBe('git_failed');
  });

  it('35: escape sequences of a server never reach the message', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2Jcleared\u009b31m\u202egnp\r\nfatal: spoofed';
    const { code, message } = await refusalOf({
      onFetch: (response) =>
        response.end(Buffer.concat([packetLine('packfile\n'), sideBand(2, evil), sideBand(3, `ERR ${evil}`), packetLine()])),
    });
    expect(['git_failed', 'git_integrity']).toContain(code);
    expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('36: a server that asks for a password for ever is left at once', async () => {
    for (const token of [undefined, `tok${'en'.repeat(10)}`]) {
      const asking = await begin(
        startLoopbackServer((_request, response) => {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="again"' }).end();
        }),
      );
      const request = { allowHosts: [asking.host], ...(token === undefined ? {} : { token }) };
      const { code, message } = await intake.refusal(`${asking.url}/project.git`, request);
      expect(code).toBe('authentication_required');
      expect(message).not.toContain(token ?? 'token');
      expect(asking.requests.length).toBeLessThan(6);
    }
  });

  it('that answers with a web page is no git server', async () => {
    const web = await begin(
      startLoopbackServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hello</h1>')),
    );
    expect((await intake.refusal(`${web.url}/project.git`, { allowHosts: [web.host] })).code).toMatch(/^(?:git_failed|target_not_found)$/);
    const failing = await begin(startLoopbackServer((_request, response) => void response.writeHead(503).end()));
    expect(await intake.refusal(`${failing.url}/project.git`, { allowHosts: [failing.host] })).toMatchObject({ code: 'git_failed' });
    expect(await intake.refusal('http://127.0.0.1:1/project.git', { allowHosts: ['127.0.0.1:1'] })).toMatchObject({ code: 'git_failed' });
  });
});
