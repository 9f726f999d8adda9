import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveSource } from '../../src/ports/checkout/archive/index.ts';
import { gzip, paxRecord, type TarPart, tar, tarEntry, tarHeader, type ZipPart, type ZipShape, zip } from '../support/archive-builder.ts';
import { createLocalIntake, type LocalIntake } from '../support/local-intake.ts';
import { needsTool } from '../support/needs.ts';

let intake: LocalIntake;
beforeEach(() => {
  intake = createLocalIntake(archiveSource);
});
afterEach(() => intake.remove());

const file = (name: string, content = 'x'): TarPart => ({ name, content });

describe('honest archives', () => {
  const files = { 'src/app.ts': 'let a = 1;\n', 'src/deep/b.ts': 'b', 'README.md': '# hello' };

  it.each([
    [
      'a.zip',
      (names: readonly string[]) =>
        zip(names.map((name) => ({ name, content: files[name.replace('repo-main/', '') as keyof typeof files] }))),
    ],
    [
      'a.tar',
      (names: readonly string[]) =>
        tar(names.map((name) => ({ name, content: files[name.replace('repo-main/', '') as keyof typeof files] }))),
    ],
    [
      'a.tar.gz',
      (names: readonly string[]) =>
        gzip(tar(names.map((name) => ({ name, content: files[name.replace('repo-main/', '') as keyof typeof files] })))),
    ],
  ])('%s gives its files, byte for byte, with and without one directory around them', async (name, make) => {
    for (const prefix of ['', 'repo-main/']) {
      const checkout = await intake.open(intake.write(name, make(Object.keys(files).map((path) => prefix + path))));
      expect(checkout.files.map((entry) => entry.path)).toEqual(['README.md', 'src/app.ts', 'src/deep/b.ts']);
      expect(readFileSync(join(checkout.root, 'src/app.ts'), 'utf8')).toBe(files['src/app.ts']);
      expect(checkout.leftOut).toEqual([]);
      expect(checkout.target).toEqual({ kind: 'archive', location: join(intake.folder, name) });
      await checkout.dispose();
      await checkout.dispose();
      expect(intake.leftovers()).toEqual([]);
    }
    expect(intake.events).toContainEqual({ type: 'unpack', files: 3, bytes: 19 });
  });

  it('keeps the one directory of an archive that was made of "."', async () => {
    const checkout = await intake.open(intake.write('dot.tar', tar([{ name: './', type: '5' }, file('./src/a.ts')])));
    expect(checkout.files.map((entry) => entry.path)).toEqual(['src/a.ts']);
    await checkout.dispose();
  });

  it('reads what an independent writer made, with long and foreign names', async () => {
    const long = `${'directory-'.repeat(9)}x/${'name-'.repeat(30)}.ts`;
    const packer = pack();
    packer.entry({ name: long }, 'long');
    packer.entry({ name: 'naïve/日本.txt' }, 'unicode');
    packer.finalize();
    const checkout = await intake.open(intake.write('long.tgz', gzip(await buffer(packer))));
    expect(checkout.files.map((entry) => entry.path)).toEqual([long, 'naïve/日本.txt']);
    await checkout.dispose();
  });

  it.skipIf(!needsTool('tar'))('reads what the system tar writes, in each of its formats', async () => {
    const long = `${'d'.repeat(120)}/${'n'.repeat(120)}.txt`;
    intake.write(`made/${long}`, 'long');
    intake.write('made/a.txt', 'a');
    for (const format of ['gnu', 'pax']) {
      const path = join(intake.folder, `${format}.tar.gz`);
      execFileSync('tar', [`--format=${format}`, '-czf', path, '-C', join(intake.folder, 'made'), '.']);
      const checkout = await intake.open(path);
      expect(checkout.files.map((entry) => entry.path)).toEqual(['a.txt', long]);
      await checkout.dispose();
    }
  });

  it.skipIf(!needsTool('git'))('reads what git archive writes', async () => {
    const environment = {
      PATH: process.env['PATH'],
      HOME: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    const repository = join(intake.folder, 'repository');
    intake.write('repository/src/a.ts', 'a'.repeat(5000));
    const git = (...args: string[]): void => void execFileSync('git', ['-C', repository, ...args], { env: environment });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    for (const name of ['made.zip', 'made.tar', 'made.tar.gz']) {
      const path = join(intake.folder, name);
      git('archive', '--prefix=repo-1.0/', '-o', path, 'HEAD');
      const checkout = await intake.open(path);
      expect(checkout.files).toEqual([{ path: 'src/a.ts', sizeBytes: 5000 }]);
      await checkout.dispose();
    }
  });

  it('takes several gzip members for one content, and zip entries with data descriptors', async () => {
    const bytes = tar([file('a.txt', 'one'), file('b.txt', 'two')]);
    const members = await intake.open(
      intake.write('members.tgz', Buffer.concat([gzip(bytes.subarray(0, 700)), gzip(bytes.subarray(700))])),
    );
    expect(members.files.map((entry) => entry.path)).toEqual(['a.txt', 'b.txt']);
    await members.dispose();
    const streamed = await intake.open(
      intake.write(
        'streamed.zip',
        zip([
          { name: 'a.txt', content: 'one', descriptor: true },
          { name: 'b.txt', content: 'two', descriptor: true },
        ]),
      ),
    );
    expect(streamed.files.map((entry) => entry.path)).toEqual(['a.txt', 'b.txt']);
    await streamed.dispose();
  });

  it('reads the end record of zip64', async () => {
    for (const declaredCount of [1, 0xffff]) {
      const checkout = await intake.open(intake.write('large.zip', zip([file('a.txt')], { zip64: {}, declaredCount })));
      expect(checkout.files).toEqual([{ path: 'a.txt', sizeBytes: 1 }]);
      await checkout.dispose();
    }
  });

  it('takes large entries through the streaming path', async () => {
    const content = Buffer.alloc(20 * 1024 ** 2, 'abcdefghijklmnopqrstuvwxyz0123456789-');
    for (let at = 0; at < content.length; at += 97) content[at] = (at * 31) & 127;
    const checkout = await intake.open(
      intake.write(
        'large.zip',
        zip([
          { name: 'large.bin', content },
          { name: 'stored.bin', content, method: 0 },
        ]),
      ),
    );
    expect(readFileSync(join(checkout.root, 'large.bin')).equals(content)).toBe(true);
    expect(readFileSync(join(checkout.root, 'stored.bin')).equals(content)).toBe(true);
    await checkout.dispose();
  });

  it('gives entries plain modes and lists an empty archive as empty', async () => {
    const setuid = await intake.open(
      intake.write(
        'setuid.tar',
        tar([
          { name: 'run', content: 'x', mode: 0o6755 },
          { name: 'data', content: 'x', mode: 0o4666 },
        ]),
      ),
    );
    expect(statSync(join(setuid.root, 'run')).mode & 0o7777 & ~0o755).toBe(0);
    expect(statSync(join(setuid.root, 'data')).mode & 0o7777 & ~0o644).toBe(0);
    await setuid.dispose();
    for (const [name, bytes] of [
      ['empty.zip', zip([])],
      ['empty.tar', tar([])],
      ['empty.tgz', gzip(tar([]))],
    ] as const) {
      const empty = await intake.open(intake.write(name, bytes));
      expect(empty.files).toEqual([]);
      await empty.dispose();
    }
  });

  it('reads names in code page 437, in undeclared UTF-8 and, in a tar, in no encoding at all', async () => {
    const zipped = await intake.open(
      intake.write(
        'names.zip',
        zip([
          { name: Buffer.from([0x81, 0x2e, 0x63]), content: 'x' },
          { name: 'é.c', content: 'x' },
        ]),
      ),
    );
    expect(zipped.files.map((entry) => entry.path)).toEqual(['é.c', 'ü.c']);
    await zipped.dispose();
    const name = Buffer.from([0x64, 0x2f, 0xff, 0x2e, 0x63]);
    const tarred = await intake.open(intake.write('names.tar', tar([{ name, content: 'bytes' }, file('e/x')])));
    expect(tarred.files[0]?.path).toBe('d/\\xff.c');
    expect(readFileSync(Buffer.concat([Buffer.from(`${tarred.root}/`), Buffer.from(tarred.files[0]?.pathBytes ?? [])]), 'utf8')).toBe(
      'bytes',
    );
    await tarred.dispose();
  });
});

describe('what is left out, and said', () => {
  it('never makes a link, wherever it points', async () => {
    const links: readonly TarPart[] = [
      { name: 'repo/passwd', type: '2', linkName: '/etc/passwd' },
      { name: 'repo/up', type: '2', linkName: '../../other' },
      { name: 'repo/near', type: '2', linkName: 'a.txt' },
    ];
    const mode = 0o120777;
    const zipped: readonly ZipPart[] = links.map((link) => ({ name: link.name, content: link.linkName ?? '', mode }));
    for (const [name, bytes] of [
      ['links.tar', tar([file('repo/a.txt'), ...links])],
      ['links.zip', zip([{ name: 'repo/a.txt', content: 'x' }, ...zipped])],
    ] as const) {
      const checkout = await intake.open(intake.write(name, bytes));
      expect(checkout.files.map((entry) => entry.path)).toEqual(['a.txt']);
      expect(checkout.leftOut.map((row) => [row.path, row.state, row.reason])).toEqual([
        ['near', 'excluded', 'link'],
        ['passwd', 'excluded', 'link'],
        ['up', 'excluded', 'link'],
      ]);
      for (const row of checkout.leftOut) expect(lstatSync(join(checkout.root, row.path), { throwIfNoEntry: false })).toBeUndefined();
      await checkout.dispose();
    }
  });

  it('leaves .git out, with hooks, settings and alternates, and a .git file too', async () => {
    const marker = join(intake.folder, 'marker');
    const parts = [
      file('repo/a.txt'),
      file('repo/.git/config', `[core]\n\tfsmonitor = touch ${marker}\n`),
      { name: 'repo/.git/hooks/post-checkout', content: `#!/bin/sh\ntouch ${marker}\n`, mode: 0o755 },
      file('repo/.git/objects/info/alternates', '/srv/other/objects\n'),
      file('repo/sub/.git', 'gitdir: /srv/other/.git\n'),
    ];
    const checkout = await intake.open(intake.write('git.tgz', gzip(tar(parts))));
    expect(checkout.files.map((entry) => entry.path)).toEqual(['a.txt']);
    expect(checkout.leftOut.map((row) => [row.path, row.reason])).toEqual([
      ['.git/', 'ignored'],
      ['sub/.git', 'ignored'],
    ]);
    expect(checkout.repository).toBeUndefined();
    expect(existsSync(join(checkout.root, '.git'))).toBe(false);
    expect(existsSync(marker)).toBe(false);
    await checkout.dispose();
  });

  it('honours .sightlineignore and exclusions, not .gitignore: whoever packed a file meant it', async () => {
    const parts = [
      file('.gitignore', '*.log\n'),
      file('.sightlineignore', 'vendor/\n'),
      file('a.log'),
      file('vendor/x'),
      file('tests/t'),
      file('b'),
    ];
    const checkout = await intake.open(intake.write('rules.tar', tar(parts)), { exclude: ['tests/'] });
    expect(checkout.files.map((entry) => entry.path)).toEqual(['.gitignore', '.sightlineignore', 'a.log', 'b']);
    expect(checkout.leftOut.map((row) => row.path)).toEqual(['tests/', 'vendor/']);
    await checkout.dispose();
  });

  it('names a file this file system cannot hold, and reads the rest', async () => {
    const long = 'n'.repeat(300);
    for (const [name, bytes] of [
      ['n.tar', tar([{ name: 'L', type: 'L', content: `${long}\0` }, file('x', 'unwritable'), file('a')])],
      ['n.zip', zip([file(long, 'unwritable'), file('a')])],
    ] as const) {
      const checkout = await intake.open(intake.write(name, bytes), { budgets: { nameBytes: 400 } });
      expect(checkout.files.map(({ path }) => path)).toEqual(['a']);
      expect(checkout.leftOut).toMatchObject([{ path: long, state: 'failed', reason: 'unreadable' }]);
      await checkout.dispose();
    }
  });

  it('leaves a file over the size out, but counts it', async () => {
    const parts = [file('small', 'x'), file('large', 'y'.repeat(2000))];
    const budgets = { fileBytes: 1000 };
    for (const [name, bytes] of [
      ['s.tar', tar(parts)],
      ['s.zip', zip(parts)],
    ] as const) {
      const path = intake.write(name, bytes);
      const checkout = await intake.open(path, { budgets });
      expect(checkout.files.map((entry) => entry.path)).toEqual(['small']);
      expect(checkout.leftOut).toMatchObject([{ path: 'large', state: 'excluded', reason: 'too_large', sizeBytes: 2000 }]);
      await checkout.dispose();
      expect((await intake.refusal(path, { budgets: { ...budgets, checkoutBytes: 1500 } })).code).toBe('size_limit');
    }
  });
});

describe('hostile names', () => {
  const names: readonly (readonly [string, string])[] = [
    ['/etc/cron.d/x', 'absolute_path'],
    ['../x', 'parent_path'],
    ['a/../../x', 'parent_path'],
    ['a/..', 'parent_path'],
    ['..', 'parent_path'],
    ['a\\..\\x', 'backslash'],
    ['C:/x', 'drive_letter'],
    ['c:x', 'drive_letter'],
    ['a\nb', 'control_character'],
    ['a\u001b[31m', 'control_character'],
    ['a\u0085b', 'control_character'],
    ['a//b', 'empty_component'],
    ['a/./b', 'empty_component'],
    ['a./b', 'trailing_dot_or_space'],
    ['a ', 'trailing_dot_or_space'],
    ['src/aux', 'reserved_name'],
    ['src/NUL.txt', 'reserved_name'],
    ['com1', 'reserved_name'],
    ['.GIT/config', 'git_variant'],
    ['a/.Git', 'git_variant'],
    ['git~1/config', 'git_variant'],
    ['.g\u200cit/config', 'git_variant'],
    ['.git\u200f', 'git_variant'],
    ['.git /config', 'git_variant'],
    ['.git.', 'git_variant'],
    ['.git::$INDEX_ALLOCATION/config', 'git_variant'],
    ['x'.repeat(256), 'path_too_long'],
    ['d/'.repeat(64) + 'x', 'path_too_deep'],
  ];
  const paxNamed = (name: string): Buffer =>
    tar([tarEntry({ name: 'pax', type: 'x', content: paxRecord('path', name) }), file('innocent')]);

  it.each(names)('%j is refused: %s', async (name, reason) => {
    for (const [archive, bytes] of [
      [
        'n.zip',
        zip([
          { name: 'a.txt', content: 'x' },
          { name, content: 'x' },
        ]),
      ],
      ['n.tar', paxNamed(name)],
      ['n.tgz', gzip(tar([file('ok'), tarEntry({ name: '././@LongLink', type: 'L', content: `${name}\0` }), file('innocent')]))],
    ] as const) {
      const refused = await intake.refusal(intake.write(archive, bytes));
      expect(refused.code).toBe(`archive_rejected:${reason}`);
      expect(/[\p{Cc}\p{Cf}]/u.test(refused.message)).toBe(false);
    }
  });

  it('a NUL in a zip or pax name is refused', async () => {
    expect((await intake.refusal(intake.write('n.zip', zip([{ name: 'a\0.txt', content: 'x' }])))).code).toBe(
      'archive_rejected:control_character',
    );
    expect((await intake.refusal(intake.write('n.tar', paxNamed('a\0b')))).code).toBe('archive_rejected:control_character');
  });

  const sets: readonly (readonly [string, readonly TarPart[], string])[] = [
    ['twice the same', [file('a'), file('a')], 'duplicate_name'],
    ['case', [file('src/A'), file('src/a')], 'name_collision'],
    ['case of directories', [file('Src/a'), file('src/b')], 'name_collision'],
    ['composed and decomposed', [file('\u00e9'), file('e\u0301')], 'name_collision'],
    ['sharp s', [file('stra\u00dfe'), file('STRASSE')], 'name_collision'],
    ['file, then directory', [file('a'), file('a/b')], 'path_conflict'],
    ['directory, then file', [file('a/b'), file('a')], 'path_conflict'],
    ['through a link', [{ name: 'a', type: '2', linkName: '/tmp' }, file('a/b')], 'below_link'],
    ['link over a directory', [file('a/b'), { name: 'a', type: '2', linkName: '/tmp' }], 'path_conflict'],
    ['link over a file', [file('a'), { name: 'a', type: '2', linkName: '/tmp' }], 'duplicate_name'],
    ['link chain', [{ name: 'a', type: '2', linkName: '.' }, { name: 'a/b', type: '2', linkName: '..' }, file('a/b/x')], 'below_link'],
  ];
  it.each(sets)('%s is refused', async (_, parts, reason) => {
    const zipped = parts.map(
      (part): ZipPart =>
        part.type === '2'
          ? { name: part.name, content: part.linkName ?? '', mode: 0o120777 }
          : { name: part.name, content: part.content ?? '' },
    );
    for (const [archive, bytes] of [
      ['s.tar', tar(parts)],
      ['s.zip', zip(zipped)],
    ] as const) {
      expect((await intake.refusal(intake.write(archive, bytes))).code).toBe(`archive_rejected:${reason}`);
    }
  });

  it('no name leads to a file outside the root', async () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'A',
      'b.txt',
      '.git',
      '.GIT',
      'C:',
      '\\',
      '\u200c',
      '\u0000',
      '\u202e',
      'é',
      'con',
      ' ',
      '~',
      '\ud800',
    );
    const name = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/')),
      fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    );
    await expect(
      fc.assert(
        fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), fc.boolean(), async (generated, zipped) => {
          const path = zipped
            ? intake.write('p.zip', zip(generated.map((text) => ({ name: text, content: 'x' }))))
            : intake.write(
                'p.tar',
                tar(
                  generated.flatMap((text) => [tarEntry({ name: 'pax', type: 'x', content: paxRecord('path', text) }), file('innocent')]),
                ),
              );
          // Proves by itself that nothing was left or written outside.
          const refused = await intake.refusal(path);
          if (refused.code !== 'none') return refused.code.startsWith('archive_rejected:');
          const checkout = await intake.open(path);
          const inside = checkout.files.every(
            (entry) =>
              join(checkout.root, entry.path).startsWith(checkout.root + sep) && lstatSync(join(checkout.root, entry.path)).isFile(),
          );
          await checkout.dispose();
          return inside;
        }),
        { numRuns: 300 },
      ),
    ).resolves.toBeUndefined();
  });
});

describe('hostile structure', () => {
  const tars: readonly (readonly [string, Buffer, string])[] = [
    ['hard link', tar([file('a'), { name: 'b', type: '1', linkName: 'a' }]), 'hardlink'],
    ['character device', tar([{ name: 'null', type: '3' }]), 'device'],
    ['block device', tar([{ name: 'sda', type: '4' }]), 'device'],
    ['fifo', tar([{ name: 'pipe', type: '6' }]), 'fifo'],
    ['GNU sparse', tar([{ name: 'sparse', type: 'S' }]), 'sparse'],
    ['pax sparse', tar([tarEntry({ name: 'x', type: 'x', content: paxRecord('GNU.sparse.major', '1') }), file('a')]), 'sparse'],
    ['multi-volume', tar([{ name: 'rest', type: 'M' }]), 'entry_type'],
    ['volume label', tar([{ name: 'label', type: 'V' }, file('a')]), 'entry_type'],
    ['directory with content', tar([{ name: 'a/', type: '5', content: 'hidden' }]), 'directory_with_data'],
    ['global pax path', tar([tarEntry({ name: 'g', type: 'g', content: paxRecord('path', 'evil') }), file('a')]), 'pax_override'],
    ['pax size', tar([tarEntry({ name: 'x', type: 'x', content: paxRecord('size', '0') }), file('a', 'hidden')]), 'pax_override'],
    [
      'two pax headers',
      tar([
        tarEntry({ name: 'x', type: 'x', content: paxRecord('path', 'b') }),
        tarEntry({ name: 'x', type: 'x', content: paxRecord('path', 'c') }),
        file('a'),
      ]),
      'pax_override',
    ],
    [
      'pax path twice',
      tar([tarEntry({ name: 'x', type: 'x', content: paxRecord('path', 'b') + paxRecord('path', 'c') }), file('a')]),
      'pax_override',
    ],
    [
      'pax and GNU name',
      tar([
        tarEntry({ name: 'x', type: 'x', content: paxRecord('path', 'b') }),
        tarEntry({ name: 'L', type: 'L', content: 'c\0' }),
        file('a'),
      ]),
      'pax_override',
    ],
    ['malformed pax', tar([tarEntry({ name: 'x', type: 'x', content: '99 path=b\n' }), file('a')]), 'malformed'],
    ['wrong checksum', tar([file('a'), Buffer.from(tarEntry(file('b'))).fill(0x41, 0, 1)]), 'malformed'],
    ['something after the end', Buffer.concat([tar([file('a')]), tarEntry(file('hidden'))]), 'trailing_data'],
    ['no end', tarEntry(file('a')), 'truncated'],
    ['cut off', tarEntry(file('a', 'x'.repeat(2000))).subarray(0, 1024), 'truncated'],
    ['claimed size', tar([{ name: 'a', content: 'x', declaredBytes: 100_000 }]), 'truncated'],
  ];
  it.each(tars)('tar: %s', async (_, bytes, reason) => {
    expect((await intake.refusal(intake.write('t.tar', bytes))).code).toBe(`archive_rejected:${reason}`);
    expect((await intake.refusal(intake.write('t.tgz', gzip(bytes)))).code).toBe(`archive_rejected:${reason}`);
  });

  it('gzip: cut off, trailing data, hidden behind zeros', async () => {
    const whole = gzip(tar([file('a')]));
    expect((await intake.refusal(intake.write('a.tgz', whole.subarray(0, -12)))).code).toBe('archive_rejected:truncated');
    expect((await intake.refusal(intake.write('b.tgz', Buffer.concat([whole, Buffer.from('PK hidden')])))).code).toMatch(
      /^archive_rejected:(?:malformed|trailing_data)$/,
    );
    expect((await intake.refusal(intake.write('c.tgz', Buffer.concat([whole, Buffer.alloc(600_000), whole])))).code).toBe(
      'archive_rejected:trailing_data',
    );
    const padded = await intake.open(intake.write('d.tgz', Buffer.concat([whole, Buffer.alloc(512)])));
    expect(padded.files).toHaveLength(1);
    await padded.dispose();
  });

  // Programs that read a zip from its start see what the directory does not name.
  const hiddenEntry = zip([{ name: 'hidden.txt', content: 'unseen' }]);
  const hidden = hiddenEntry.subarray(0, hiddenEntry.indexOf('PK\u0001\u0002'));
  const evilUnicode = Buffer.concat([Buffer.from([0x75, 0x70, 10, 0, 1]), Buffer.alloc(4), Buffer.from('evil!')]);
  const zips: readonly (readonly [string, readonly ZipPart[], ZipShape, string])[] = [
    ['encrypted', [{ name: 'a', content: 'x', flags: 1 }], {}, 'encrypted'],
    ['other compression', [{ name: 'a', content: 'x', method: 12 }], {}, 'compression_unsupported'],
    ['fifo', [{ name: 'a', mode: 0o010644 }], {}, 'fifo'],
    ['device', [{ name: 'a', mode: 0o020644 }], {}, 'device'],
    ['socket', [{ name: 'a', mode: 0o140644 }], {}, 'entry_type'],
    ['another local name', [{ name: 'a.txt', content: 'x', localName: 'b.txt' }], {}, 'header_mismatch'],
    ['another local method', [{ name: 'a.txt', content: 'x', localMethod: 0 }], {}, 'header_mismatch'],
    ['longer than it says', [{ name: 'a', content: 'x'.repeat(100), declaredBytes: 10 }], {}, 'malformed'],
    ['shorter than it says', [{ name: 'a', content: 'x'.repeat(100), declaredBytes: 200 }], {}, 'header_mismatch'],
    ['wrong checksum', [{ name: 'a', content: 'x', declaredCrc: 1 }], {}, 'checksum'],
    ['hidden behind deflate', [{ name: 'a', content: 'x', padding: Buffer.from('hidden') }], {}, 'hidden_data'],
    ['leading data', [{ name: 'a', content: 'x' }], { before: Buffer.from('MZ self-extractor') }, 'content_mismatch'],
    ['leading zip data', [{ name: 'a', content: 'x' }], { before: Buffer.from('PK\u0003\u0004 hidden') }, 'leading_data'],
    ['trailing data', [{ name: 'a', content: 'x' }], { after: Buffer.from('hidden') }, 'trailing_data'],
    ['data between', [{ name: 'a', content: 'x' }], { beforeDirectory: Buffer.from('hidden') }, 'hidden_data'],
    ['two ends', [{ name: 'a', content: 'x' }], { comment: zip([]) }, 'hidden_data'],
    [
      'fewer entries counted',
      [
        { name: 'a', content: 'x' },
        { name: 'b', content: 'x' },
      ],
      { declaredCount: 1 },
      'hidden_data',
    ],
    ['more entries counted', [{ name: 'a', content: 'x' }], { declaredCount: 2 }, 'malformed'],
    [
      'overlapping entries',
      [
        { name: 'a', content: 'x' },
        { name: 'b', content: 'x', offset: 0 },
      ],
      {},
      'hidden_data',
    ],
    ['malformed extra field', [{ name: 'a', content: 'x', extra: Buffer.from([1, 0, 255, 0]) }], {}, 'malformed'],
    ['directory with content', [{ name: 'a/', content: 'x' }], {}, 'directory_with_data'],
    ['two ends that count differently', [file('a')], { zip64: { count: 0 } }, 'header_mismatch'],
    ['two ends that count differently, one by saying nothing', [file('a')], { zip64: { count: 2 }, declaredCount: 0xffff }, 'malformed'],
    ['two ends with two directories', [file('a')], { zip64: { directoryOffset: 0 } }, 'header_mismatch'],
    ['directory with content it does not count', [{ name: 'a/', content: 'x', declaredBytes: 0, declaredCrc: 0 }], {}, 'header_mismatch'],
    ['an entry behind a directory', [{ name: 'a/', behind: hidden }, file('b')], {}, 'hidden_data'],
    ['an entry behind a link', [{ name: 'a', mode: 0o120777, content: 'b', behind: hidden }, file('b')], {}, 'hidden_data'],
    ['an entry behind .git', [{ name: '.git/config', content: 'x', behind: hidden }, file('b')], {}, 'hidden_data'],
    ['another local name of a directory', [{ name: 'a/', localName: 'b.' }, file('b')], {}, 'header_mismatch'],
    [
      'a data descriptor that lies',
      [{ name: 'a', content: 'x', descriptor: true, descriptorBytes: Buffer.alloc(16, 'h') }],
      {},
      'header_mismatch',
    ],
    [
      'a data descriptor of another size',
      [{ name: 'a', content: 'x', descriptor: true, descriptorBytes: Buffer.alloc(18) }],
      {},
      'hidden_data',
    ],
  ];
  it.each(zips)('zip: %s', async (_, parts, shape, reason) => {
    expect((await intake.refusal(intake.write('z.zip', zip(parts, shape)))).code).toBe(`archive_rejected:${reason}`);
  });

  it('zip: a second name that differs, and one whose checksum is stale', async () => {
    const { crc32 } = await import('node:zlib');
    const extra = Buffer.from(evilUnicode);
    extra.writeUInt32LE(crc32('a.txt'), 5);
    expect((await intake.refusal(intake.write('z.zip', zip([{ name: 'a.txt', content: 'x', extra }])))).code).toBe(
      'archive_rejected:header_mismatch',
    );
    const declared = Buffer.from(evilUnicode);
    declared.writeUInt32LE(crc32('ä.txt'), 5);
    expect((await intake.refusal(intake.write('z.zip', zip([{ name: 'ä.txt', content: 'x', extra: declared }])))).code).toBe(
      'archive_rejected:header_mismatch',
    );
    const stale = await intake.open(intake.write('z.zip', zip([{ name: 'a.txt', content: 'x', extra: evilUnicode }])));
    expect(stale.files.map((entry) => entry.path)).toEqual(['a.txt']);
    await stale.dispose();
  });

  it('refuses content that is not what the name says', async () => {
    for (const [name, bytes] of [
      ['a.zip', tar([file('a')])],
      ['a.tar', gzip(tar([file('a')]))],
      ['a.tgz', zip([{ name: 'a', content: 'x' }])],
      ['b.zip', Buffer.from('hello')],
      ['b.tar', Buffer.alloc(600, 'x')],
      ['c.tgz', Buffer.alloc(0)],
    ] as const) {
      expect((await intake.refusal(intake.write(name, bytes))).code).toBe('archive_rejected:content_mismatch');
    }
  });
});

describe('budgets', () => {
  it('refuses bombs by the bytes that come out', async () => {
    const zeros = Buffer.alloc(32 * 1024 ** 2);
    expect((await intake.refusal(intake.write('b.zip', zip([{ name: 'a', content: zeros }])))).code).toBe('archive_rejected:bomb');
    expect((await intake.refusal(intake.write('b.tgz', gzip(tar([{ name: 'a', content: zeros }]))))).code).toBe('archive_rejected:bomb');
    // Small by its own words, large in fact.
    expect((await intake.refusal(intake.write('c.zip', zip([{ name: 'a', content: zeros, declaredBytes: 1000 }])))).code).toBe(
      'archive_rejected:malformed',
    );
    // Every entry is harmless, together they are not.
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `${index}`, content: zeros.subarray(0, 1024 ** 2) }));
    expect((await intake.refusal(intake.write('d.zip', zip(many)))).code).toBe('archive_rejected:bomb');
  });

  it('refuses an endless run of zeros behind the end of a tar', async () => {
    const bytes = gzip(Buffer.concat([tar([file('a')]), Buffer.alloc(64 * 1024 ** 2)]));
    expect((await intake.refusal(intake.write('z.tgz', bytes))).code).toBe('archive_rejected:bomb');
  });

  it('counts entries, bytes and the archive itself', async () => {
    const parts = Array.from({ length: 50 }, (_, index) => file(`f${index}`, 'content'));
    for (const [name, bytes] of [
      ['n.tar', tar(parts)],
      ['n.zip', zip(parts)],
    ] as const) {
      const path = intake.write(name, bytes);
      expect((await intake.refusal(path, { budgets: { files: 49 } })).code).toBe('file_limit');
      expect((await intake.refusal(path, { budgets: { checkoutBytes: 349 } })).code).toBe('size_limit');
      expect((await intake.refusal(path, { budgets: { transferBytes: 1000 } })).code).toBe('size_limit');
      expect((await intake.refusal(path, { budgets: { files: 50, checkoutBytes: 350 } })).code).toBe('none');
    }
  });

  it('counts directories that paths imply', async () => {
    const deep = tar(Array.from({ length: 10 }, (_, index) => file(`${index}/${'d/'.repeat(30)}x`)));
    expect((await intake.refusal(intake.write('deep.tar', deep), { budgets: { files: 20 } })).code).toBe('file_limit');
  });

  it('ends within a second of abort and of its time, with nothing left', async () => {
    const parts = Array.from({ length: 20_000 }, (_, index) => file(`f${index}`, 'content'));
    for (const [name, bytes] of [
      ['n.tgz', gzip(tar(parts))],
      ['n.zip', zip(parts)],
    ] as const) {
      const path = intake.write(name, bytes);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 60);
      expect((await intake.refusal(path, {}, controller.signal)).code).toBe('cancelled');
      expect((await intake.refusal(path, { budgets: { timeoutMs: 40 } })).code).toBe('checkout_timeout');
    }
  });

  it('listens while it reads what holds no entry', async () => {
    const huge = 900 * 1024 ** 2;
    const [behind, inside] = [
      intake.write('behind.tar', tar([file('a')])),
      intake.write('inside.tar', tarHeader({ name: 'a', declaredBytes: huge })),
    ];
    // Sparse files: a gigabyte of zeros that takes no room.
    truncateSync(behind, huge);
    truncateSync(inside, 512 + huge + 1024);
    for (const path of [behind, inside]) {
      const controller = new AbortController();
      const before = intake.events.length;
      setTimeout(() => controller.abort(), 5);
      expect((await intake.refusal(path, {}, controller.signal)).code).toBe('cancelled');
      // It did not come to the end of the archive first.
      expect(intake.events.slice(before)).toEqual([{ type: 'phase', phase: 'unpack' }]);
    }
  });

  it('names a missing file, a directory, and options that need git', async () => {
    expect((await intake.refusal(join(intake.folder, 'none.zip'))).code).toBe('target_not_found');
    intake.write('dir.zip/a', 'x');
    // A directory may have such a name; another adapter takes it.
    expect(await archiveSource.accepts(join(intake.folder, 'dir.zip'))).toBe(false);
    expect((await intake.refusal(join(intake.folder, 'dir.zip'))).code).toMatch(/target_/);
    const path = intake.write('a.tar', tar([file('a')]));
    expect((await intake.refusal(path, { history: true })).code).toBe('git_history_missing');
    expect((await intake.refusal(path, { since: 'HEAD' })).code).toBe('git_history_missing');
    expect((await intake.refusal(path, { ref: 'main' })).code).toBe('usage_invalid');
  });
});
