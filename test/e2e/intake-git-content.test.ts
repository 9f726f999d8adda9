import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkout, defaultBudgets } from '../../src/ports/checkout/checkout.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository, type TestRepository, type TreeEntry } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';

let folder: string;
let server: LoopbackServer;
let intake: Intake;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-git-content-'));
  server = await startGitServer({ root: folder });
  intake = createIntake();
});

afterAll(async () => {
  intake.remove();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves one tree and tries to check it out. */
const serve = (build: (repository: TestRepository) => string): string => {
  count += 1;
  const repository = createRepository(join(folder, `${count}.git`));
  repository.commitTree(build(repository));
  return `${server.url}/${count}.git`;
};
const refusalOf = (
  build: (repository: TestRepository) => string,
  request: Parameters<Intake['refusal']>[1] = {},
): ReturnType<Intake['refusal']> => intake.refusal(serve(build), { allowHosts: [server.host], ...request });
const withCheckout = async (
  build: (repository: TestRepository) => string,
  look: (checkout: Checkout) => void | Promise<void>,
  request: Parameters<Intake['open']>[1] = {},
): Promise<void> => {
  const checkout = await intake.open(serve(build), { allowHosts: [server.host], ...request });
  try {
    await look(checkout);
  } finally {
    await checkout.dispose();
  }
  expect(intake.leftovers()).toEqual([]);
};
const file = (repository: TestRepository, name: string | Buffer, content: string | Buffer = 'content\n'): TreeEntry => ({
  mode: '100644',
  name,
  id: repository.blob(content),
});

describe('what a repository holds', () => {
  it('38: a few trees that unfold to billions of files are counted, not written', async () => {
    const { code } = await refusalOf((repository) => {
      let id = repository.blob('boom\n');
      for (let level = 0; level < 10; level += 1) {
        const below = id;
        id = repository.tree(
          Array.from({ length: 10 }, (_unused, index) => ({ mode: level === 0 ? '100644' : '40000', name: `d${index}`, id: below })),
        );
      }
      return id;
    });
    expect(code).toBe('file_limit');
  });

  it('38: and so are huge totals', async () => {
    const build = (repository: TestRepository): string => {
      const id = repository.blob(Buffer.alloc(4_000_000));
      return repository.tree(Array.from({ length: 20 }, (_unused, index) => ({ mode: '100644', name: `f${index}`, id })));
    };
    expect(await refusalOf(build, { budgets: { ...defaultBudgets, checkoutBytes: 50_000_000 } })).toMatchObject({ code: 'size_limit' });
  });

  it('39: links do not exist on disk and are named in the manifest', async () => {
    const secret = join(folder, 'outside');
    writeFileSync(secret, 'outside\n');
    await withCheckout(
      (repository) =>
        repository.tree([
          { mode: '120000', name: 'passwd', id: repository.blob('/etc/passwd') },
          { mode: '120000', name: 'up', id: repository.blob('../../../outside') },
          { mode: '120000', name: 'dir', id: repository.blob(folder) },
          file(repository, 'real.txt'),
        ]),
      (checkout) => {
        expect(checkout.files.map(({ path }) => path)).toEqual(['real.txt']);
        expect(checkout.leftOut.map(({ path, state, reason }) => [path, state, reason])).toEqual([
          ['dir', 'excluded', 'link'],
          ['passwd', 'excluded', 'link'],
          ['up', 'excluded', 'link'],
        ]);
        expect(readdirSync(checkout.root)).toEqual(['real.txt']);
      },
    );
  });

  it('39: a link and a directory of the same name do not lead out', async () => {
    const { code } = await refusalOf((repository) =>
      repository.tree([
        { mode: '120000', name: 'x', id: repository.blob(folder) },
        { mode: '40000', name: 'x', id: repository.tree([file(repository, 'escaped')]) },
      ]),
    );
    expect(code).toBe('git_integrity');
    expect(existsSync(join(folder, 'escaped'))).toBe(false);
  });

  it.each([
    ['.git'],
    ['.GIT'],
    ['.gIt'],
    ['git~1'],
    ['GIT~1'],
    ['.g\u200cit'],
    ['.git\u200d'],
    ['.git '],
    ['.git.'],
    ['.git...'],
    ['.git::$INDEX_ALLOCATION'],
    ['..'],
    ['.'],
    ['a/b'],
    ['/etc'],
  ])('40: a directory called %j is never written', async (name) => {
    const { code } = await refusalOf((repository) =>
      repository.tree([{ mode: '40000', name, id: repository.tree([file(repository, 'config', '[core]\n')]) }]),
    );
    expect(code).toBe('path_denied');
  });

  it('41: attributes change nothing: the bytes are those of the repository', async () => {
    const contents: Record<string, string | Buffer> = {
      '.gitattributes':
        '*.txt text eol=crlf\n*.ident ident\n*.utf16 text working-tree-encoding=UTF-16\nhidden export-ignore\n*.subst export-subst\n*.lfs filter=lfs\n*.bin -diff binary\n[attr]evil filter=evil\n*.evil evil\n',
      'a.txt': 'one\ntwo\n',
      'crlf.txt': 'one\r\ntwo\r\n',
      'a.ident': '$Id$\n',
      'a.utf16': 'text\n',
      hidden: 'still here\n',
      'a.subst': '$Format:%H$\n',
      'a.lfs': 'x\n',
      'a.evil': 'x\n',
      'a.bin': Buffer.from([0, 1, 2, 0xff]),
    };
    await withCheckout(
      (repository) => repository.treeOf(contents),
      (checkout) => {
        expect(checkout.files.map(({ path }) => path)).toEqual(Object.keys(contents).sort());
        for (const [path, content] of Object.entries(contents))
          expect(readFileSync(join(checkout.root, path))).toEqual(Buffer.from(content as string));
      },
    );
  });

  it('42: a bare repository among the files stays a heap of files', async () => {
    const marker = join(folder, 'marker-42');
    await withCheckout(
      (repository) =>
        repository.treeOf({
          'inner/HEAD': 'ref: refs/heads/main\n',
          'inner/config': `[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch ${marker}"\n\thooksPath = hooks\n[diff]\n\texternal = touch ${marker}\n`,
          'inner/hooks/post-checkout': `#!/bin/sh\ntouch ${marker}\n`,
          'inner/objects/x': '',
          'inner/refs/x': '',
          HEAD: 'ref: refs/heads/main\n',
          config: `[core]\n\tfsmonitor = "touch ${marker}"\n`,
          'objects/x': '',
          'refs/x': '',
        }),
      (checkout) => {
        expect(checkout.files).toHaveLength(9);
        expect(lstatSync(join(checkout.root, 'inner/hooks/post-checkout')).mode & 0o111).toBe(0);
      },
    );
    expect(existsSync(marker)).toBe(false);
  });

  it.each([
    ['a command', (marker: string) => `[submodule "x"]\n\tpath = x\n\turl = https://example.com/x\n\tupdate = !touch ${marker}\n`],
    ['an option as URL', (marker: string) => `[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch ${marker}\n`],
    ['a remote helper', (marker: string) => `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${marker}\n`],
    ['a path out of the tree', () => '[submodule "../../x"]\n\tpath = ../../x\n\turl = ../../x\n'],
    ['a carriage return', () => '[submodule "x"]\n\tpath = "x\r"\n\turl = https://example.com/x\n'],
  ])('43: a submodule with %s runs and writes nothing', async (_name, modules) => {
    const marker = join(folder, `marker-43-${count}`);
    const target = serve((repository) =>
      repository.tree([file(repository, '.gitmodules', modules(marker)), { mode: '160000', name: 'x', id: 'd'.repeat(40) }]),
    );
    const outcome = await intake.open(target, { allowHosts: [server.host] }).then(
      async (checkout) => {
        expect(checkout.leftOut).toMatchObject([{ path: 'x', reason: 'submodule' }]);
        expect(readdirSync(checkout.root)).toEqual(['.gitmodules']);
        await checkout.dispose();
        return 'accepted';
      },
      (error: { readonly code: string }) => error.code,
    );
    expect(['accepted', 'git_integrity']).toContain(outcome);
    expect(existsSync(marker)).toBe(false);
    expect(intake.leftovers()).toEqual([]);
  });

  it('43: a file in the place of a submodule’s git directory is a file', async () => {
    await withCheckout(
      (repository) =>
        repository.tree([
          file(repository, 'gitfile', 'gitdir: /etc\n'),
          { mode: '120000', name: 'modules', id: repository.blob('.git/modules') },
          { mode: '160000', name: 'x', id: 'd'.repeat(40) },
        ]),
      (checkout) => {
        expect(checkout.files).toHaveLength(1);
        expect(readdirSync(checkout.root)).toEqual(['gitfile']);
      },
    );
  });

  it('44: odd names are names', async () => {
    const names = [
      'line\nfeed',
      'tab\there',
      'esc\u001b[31m',
      'rtl\u202egnp.exe',
      '<img src=x onerror=alert(1)>',
      '=cmd|calc!A1',
      'back\\slash',
      '-rf',
      '--output=x',
      '$(touch x)',
      '`x`',
      ' ',
      'a:b',
      'CON',
      'trailing.',
      'é',
      'e\u0301',
      '.gitattributes.bak',
      '::notice',
      '%2e%2e',
    ];
    const invalid = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
    await withCheckout(
      (repository) =>
        repository.tree([
          ...names.map((name) => file(repository, name, `${name}!`)),
          file(repository, invalid, 'bytes'),
          { mode: '40000', name: Buffer.from([0xe9]), id: repository.tree([file(repository, 'inner', 'i')]) },
        ]),
      (checkout) => {
        expect(checkout.files.map(({ path }) => path)).toEqual([...names, 'a\\xff\\xfeb', '\\xe9/inner'].sort());
        for (const name of names) expect(readFileSync(join(checkout.root, name), 'utf8')).toBe(`${name}!`);
        const odd = checkout.files.find(({ path }) => path === 'a\\xff\\xfeb');
        expect(Buffer.from(odd?.pathBytes ?? [])).toEqual(invalid);
        expect(readFileSync(Buffer.concat([Buffer.from(`${checkout.root}/`), invalid]), 'utf8')).toBe('bytes');
        expect(readdirSync(checkout.root, 'buffer')).toHaveLength(names.length + 2);
      },
    );
  });

  it('44: paths beyond the budget are cut off and make the scan partial', async () => {
    const deep = `${'d/'.repeat(70)}deep.txt`;
    const long = `${'n'.repeat(200)}/`.repeat(6);
    await withCheckout(
      (repository) => repository.treeOf({ [deep]: 'x', [`${long}long.txt`]: 'x', ['m'.repeat(256)]: 'x', 'kept.txt': 'x' }),
      (checkout) => {
        expect(checkout.files.map(({ path }) => path)).toEqual(['kept.txt']);
        expect(checkout.leftOut.map(({ state, reason }) => [state, reason])).toEqual(Array.from({ length: 3 }, () => ['failed', 'budget']));
      },
    );
  });

  it('44: a name this file system cannot hold is named, and the rest is read', async () => {
    const name = 'n'.repeat(300);
    await withCheckout(
      (repository) => repository.treeOf({ [name]: 'x', [`${name}m/below`]: 'x', kept: 'x' }),
      ({ files, leftOut }) => {
        expect(files.map(({ path }) => path)).toEqual(['kept']);
        expect(leftOut).toMatchObject([{ path: name, state: 'failed', reason: 'unreadable' }, { path: `${name}m/below` }]);
      },
      { budgets: { ...defaultBudgets, nameBytes: 400 } },
    );
  });

  const long = (files: number) => (repository: TestRepository) => {
    const blob = repository.blob('x');
    let id = repository.tree(Array.from({ length: files }, (_unused, index) => ({ mode: '100644', name: `f${1000 + index}`, id: blob })));
    for (let level = 0; level < 200; level += 1) id = repository.tree([{ mode: '40000', name: 'n'.repeat(250), id }]);
    return id;
  };

  it('44: very many paths that are too long are counted, not kept', async () => {
    await withCheckout(long(150), ({ files, leftOut, warnings }) => {
      expect(files).toEqual([]);
      expect(leftOut).toHaveLength(100);
      expect(leftOut[0]).toMatchObject({ state: 'failed', reason: 'budget' });
      expect(warnings).toContain('50 more paths were cut off by a budget');
    });
    expect((await refusalOf(long(6000))).code).toBe('size_limit');
  });

  it('45: a file that claims gigabytes costs neither disk nor memory', async () => {
    await withCheckout(
      (repository) =>
        repository.treeOf({ 'huge.bin': Buffer.alloc(40_000_000), 'line.json': `{"a":${'['.repeat(200_000)}`, 'small.txt': 'x' }),
      (checkout) => {
        expect(checkout.files.map(({ path }) => path)).toEqual(['line.json', 'small.txt']);
        expect(checkout.leftOut).toMatchObject([{ path: 'huge.bin', reason: 'too_large', sizeBytes: 40_000_000 }]);
        expect(existsSync(join(checkout.root, 'huge.bin'))).toBe(false);
      },
      { budgets: { ...defaultBudgets, fileBytes: 10_000_000 } },
    );
  });

  it('honest history with old mistakes is accepted', async () => {
    const repository = createRepository(join(folder, 'old.git'));
    const tree = repository.treeOf({ 'a.txt': 'a' });
    const id = repository.git(
      ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'],
      `tree ${tree}\nauthor Somebody <some@example.com> 1000000000 +051800\ncommitter Somebody<some@example.com> 1000000000 +0000\n\nold\n`,
    );
    repository.git(['update-ref', 'refs/heads/main', id]);
    const checkout = await intake.open(`${server.url}/old.git`, { allowHosts: [server.host] });
    expect(checkout.repository?.commit).toBe(id);
    await checkout.dispose();
  });
});
