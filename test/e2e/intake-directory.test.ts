import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directorySource } from '../../src/ports/checkout/directory/index.ts';
import { testGitEnvironment } from '../support/git-repository.ts';
import { createLocalIntake, type LocalIntake, type LocalRequest } from '../support/local-intake.ts';

let intake: LocalIntake;
beforeEach(() => {
  intake = createLocalIntake(directorySource);
});
afterEach(() => intake.remove());

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', intake.folder, ...args], {
    env: { ...testGitEnvironment, GIT_ALLOW_PROTOCOL: 'file' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
const initialise = (...args: readonly string[]): void => void git('init', '-q', '-b', 'main', ...args);
const commitAll = (message = 'x'): string => {
  git('add', '--all', '--force');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
};
const list = async (path = '', request: LocalRequest = {}) => {
  const checkout = await intake.open(join(intake.folder, path), request);
  return {
    ...checkout,
    paths: checkout.files.map((file) => file.path),
    rows: checkout.leftOut.map((row) => [row.path, row.state, row.reason]),
  };
};

describe('ignore rules', () => {
  it('lists an ignored directory as one row and says which rule', async () => {
    intake.write('.gitignore', 'node_modules/\n*.log\n');
    for (let index = 0; index < 50; index += 1) intake.write(`node_modules/p${index}/index.js`, 'x');
    intake.write('a.log', 'x');
    intake.write('src/a.ts', 'x');
    const { paths, leftOut } = await list();
    expect(paths).toEqual(['.gitignore', 'src/a.ts']);
    expect(leftOut).toEqual([
      { path: 'a.log', state: 'excluded', reason: 'ignored', detail: '.gitignore: *.log' },
      { path: 'node_modules/', state: 'excluded', reason: 'ignored', detail: '.gitignore: node_modules/' },
    ]);
    expect((await list('', { includeIgnored: true })).paths).toHaveLength(53);
  });

  it('honours nested files, info/exclude and the files above a scanned folder', async () => {
    initialise();
    intake.write('.git/info/exclude', 'local.txt\n');
    intake.write('.gitignore', '*.tmp\n/sub/generated\n');
    intake.write('.sightlineignore', '*.snap\n');
    intake.write('sub/.gitignore', '!keep.tmp\n');
    for (const path of ['sub/a.tmp', 'sub/keep.tmp', 'sub/local.txt', 'sub/generated/x', 'sub/a.snap', 'sub/a.ts', 'a.ts'])
      intake.write(path, 'x');
    expect((await list('sub')).paths).toEqual(['.gitignore', 'a.ts', 'keep.tmp']);
    expect((await list()).paths).toEqual(['.gitignore', '.sightlineignore', 'a.ts', 'sub/.gitignore', 'sub/a.ts', 'sub/keep.tmp']);
    expect((await list('sub')).leftOut.find((row) => row.path === 'a.tmp')?.detail).toBe('.gitignore: *.tmp');
  });

  it.each(['2', '4'])('takes a tracked file that is ignored (index version %s), alone and below an ignored directory', async (version) => {
    initialise();
    intake.write('build/deep/tracked.env', 'x');
    intake.write('tracked.log', 'x');
    git('add', '--all');
    git('update-index', '--index-version', version);
    intake.write('.gitignore', '*.log\nbuild/\n');
    intake.write('build/deep/other', 'x');
    intake.write('build/other/x', 'x');
    intake.write('new.log', 'x');
    const { paths, rows, warnings } = await list();
    expect(paths).toEqual(['.gitignore', 'build/deep/tracked.env', 'tracked.log']);
    expect(rows).toEqual([
      ['.git/', 'excluded', 'ignored'],
      ['build/deep/other', 'excluded', 'ignored'],
      ['build/other/', 'excluded', 'ignored'],
      ['new.log', 'excluded', 'ignored'],
    ]);
    expect(warnings).toEqual([]);
    expect((await list('build')).paths).toContain('deep/tracked.env');
  });

  it.each([
    ['a split index', () => void git('update-index', '--split-index')],
    ['intent to add', () => void git('add', '--intent-to-add', '--force', 'late.log')],
    ['sha256', () => undefined],
  ])('reads %s', async (kind, change) => {
    initialise(...(kind === 'sha256' ? ['--object-format=sha256'] : []));
    intake.write('a.log', 'x');
    intake.write('late.log', 'x');
    git('add', 'a.log');
    change();
    intake.write('.gitignore', '*.log\n');
    const { paths, warnings } = await list();
    expect(paths).toContain('a.log');
    expect(paths.includes('late.log')).toBe(kind === 'intent to add');
    expect(warnings).toEqual([]);
  });

  it('knows what a repository inside the tree tracks', async () => {
    intake.write('.gitignore', '*.log\n');
    intake.write('inner/a.log', 'x');
    intake.write('inner/b.log', 'x');
    execFileSync('git', ['init', '-q', join(intake.folder, 'inner')], { env: testGitEnvironment });
    execFileSync('git', ['-C', join(intake.folder, 'inner'), 'add', '--force', 'a.log'], { env: testGitEnvironment });
    expect((await list()).paths).toEqual(['.gitignore', 'inner/a.log']);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['another byte', (bytes: Buffer) => Buffer.from(bytes).fill(0x41, 30, 31)],
    [
      'too many entries',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 8), Buffer.from([0xff, 0xff, 0xff, 0xff]), bytes.subarray(12, -20), Buffer.alloc(20)]),
    ],
    ['nothing', () => Buffer.alloc(0)],
  ])('takes a damaged index for none, with a warning: %s', async (_, damage) => {
    initialise();
    intake.write('a.log', 'x');
    git('add', '.');
    intake.write('.gitignore', '*.log\n');
    const index = join(intake.folder, '.git/index');
    writeFileSync(index, damage(readFileSync(index)));
    const { paths, warnings } = await list();
    expect(paths).toEqual(['.gitignore']);
    expect(warnings).toEqual([expect.stringContaining('index cannot be read')]);
  });

  it('does not wait for, follow or swallow a hostile ignore file', async () => {
    intake.write('secret-rules', '*\n');
    symlinkSync('secret-rules', join(intake.folder, '.gitignore'));
    execFileSync('mkfifo', [join(intake.folder, '.sightlineignore')]);
    intake.write('sub/.gitignore', '*\n'.repeat(300_000));
    intake.write('sub/a', 'x');
    const { paths, warnings } = await list();
    expect(paths).toEqual(['secret-rules', 'sub/.gitignore', 'sub/a']);
    expect(warnings).toHaveLength(3);
  });
});

describe('odd entries', () => {
  it('follows no link, opens no fifo and no socket, and never enters .git', async () => {
    initialise();
    intake.write('a.txt', 'x');
    mkdirSync(join(intake.folder, 'real'));
    symlinkSync('/etc/passwd', join(intake.folder, 'passwd'));
    symlinkSync('..', join(intake.folder, 'real/up'));
    symlinkSync('real', join(intake.folder, 'alias'));
    symlinkSync('nowhere', join(intake.folder, 'broken'));
    execFileSync('mkfifo', [join(intake.folder, 'pipe')]);
    const server = createServer().listen(join(intake.folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { paths, rows } = await list();
      expect(paths).toEqual(['a.txt']);
      expect(rows).toEqual([
        ['.git/', 'excluded', 'ignored'],
        ['alias', 'excluded', 'link'],
        ['broken', 'excluded', 'link'],
        ['passwd', 'excluded', 'link'],
        ['pipe', 'excluded', 'special_file'],
        ['real/up', 'excluded', 'link'],
        ['socket', 'excluded', 'special_file'],
      ]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('keeps names that are not UTF-8 readable', async () => {
    const bytes = Buffer.concat([Buffer.from(`${intake.folder}/`), Buffer.from([0x64, 0xff])]);
    mkdirSync(bytes);
    writeFileSync(Buffer.concat([bytes, Buffer.from('/é'), Buffer.from([0xc3])]), 'content');
    const { files, root } = await list();
    expect(files[0]?.path).toBe('d\\xff/é\\xc3');
    expect(readFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(files[0]?.pathBytes ?? [])]), 'utf8')).toBe('content');
  });

  it('reads no repository settings of a tree that carries a hostile one', async () => {
    initialise();
    const marker = join(intake.folder, '..', 'marker');
    intake.write('a.txt', 'x');
    commitAll();
    git('config', 'core.fsmonitor', `touch ${marker}; false`);
    intake.write('bare/HEAD', 'ref: refs/heads/main\n');
    intake.write('bare/config', `[core]\n\tbare = true\n\tfsmonitor = touch ${marker}\n`);
    mkdirSync(join(intake.folder, 'bare/objects'));
    mkdirSync(join(intake.folder, 'bare/refs'));
    for (const request of [{}, { history: true }, { since: 'HEAD' }]) {
      const { repository } = await list('', request);
      expect(repository?.commit).toMatch(/^[0-9a-f]{40}$/);
    }
    expect(existsSync(marker)).toBe(false);
  });
});

describe('budgets', () => {
  it('cuts off files, depth and paths with a row that fails', async () => {
    for (let index = 0; index < 30; index += 1) intake.write(`f${String(index).padStart(2, '0')}`, 'x');
    intake.write('d/e/f/deep', 'x');
    intake.write(`p/${'n'.repeat(60)}`, 'x');
    intake.write('large', '');
    truncateSync(join(intake.folder, 'large'), 200_000_000);
    const cut = await list('', { budgets: { files: 10 } });
    expect(cut.paths).toHaveLength(10);
    expect(cut.rows.filter((row) => row[1] === 'failed')).toEqual([['f10', 'failed', 'budget']]);
    expect((await list('', { budgets: { files: 32 } })).rows.filter((row) => row[1] === 'failed')).toEqual([]);
    const limited = await list('', { budgets: { depth: 3, pathBytes: 50 } });
    expect(limited.rows).toEqual([
      ['d/e/f/', 'failed', 'budget'],
      ['large', 'excluded', 'too_large'],
      [`p/${'n'.repeat(60)}`, 'failed', 'budget'],
    ]);
  });

  it('cuts off time and endless links', async () => {
    for (let index = 0; index < 3000; index += 1) intake.write(`f${index}`, 'x');
    const timed = await list('', { budgets: { timeoutMs: 1 } });
    expect(timed.rows.some((row) => row[1] === 'failed' && row[2] === 'budget')).toBe(true);
    for (let index = 0; index < 8000; index += 1) symlinkSync('x', join(intake.folder, `l${index}`));
    const linked = await list('', { budgets: { files: 10 } });
    expect(linked.leftOut.length).toBeLessThan(10_200);
    expect(linked.rows.some((row) => row[1] === 'failed' && row[2] === 'budget')).toBe(true);
  });

  it('reports what cannot be read', async () => {
    intake.write('open/a', 'x');
    intake.write('shut/a', 'x');
    intake.write('shut-file', 'x');
    chmodSync(join(intake.folder, 'shut'), 0o000);
    chmodSync(join(intake.folder, 'shut-file'), 0o000);
    // Root may read everything, so another user looks.
    const module = fileURLToPath(new URL('../../src/ports/checkout/listing.ts', import.meta.url));
    const script = `import { listTree } from ${JSON.stringify(module)};
      if (process.getuid() === 0) process.setuid(65534);
      const budgets = { timeoutMs: 60000, files: 100, fileBytes: 1000, pathBytes: 1000, depth: 10, nameBytes: 255 };
      const { files, leftOut } = await listTree({ root: ${JSON.stringify(intake.folder)}, prefix: '', budgets, exclude: [] }, { signal: new AbortController().signal });
      console.log(JSON.stringify([files.map((file) => file.path), leftOut.map((row) => [row.path, row.state, row.reason])]));`;
    chmodSync(join(intake.folder, '..'), 0o755);
    const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    chmodSync(join(intake.folder, 'shut'), 0o755);
    expect(JSON.parse(result.stdout || result.stderr)).toEqual([
      ['open/a'],
      [
        ['shut-file', 'failed', 'unreadable'],
        ['shut/', 'failed', 'unreadable'],
      ],
    ]);
  });
});

describe('the repository it lies in', () => {
  it('names branch and commit, loose and packed, from the top and from below', async () => {
    initialise();
    intake.write('sub/a.txt', 'x');
    const commit = commitAll();
    for (const pack of [false, true]) {
      if (pack) git('pack-refs', '--all');
      const { target, repository } = await list('sub');
      expect(target).toMatchObject({ kind: 'directory', ref: 'main', commit });
      expect(repository).toEqual({ gitDir: join(intake.folder, '.git'), commit, prefix: 'sub/' });
    }
    git('checkout', '-q', '--detach');
    const detached = await list();
    expect(detached.target).toMatchObject({ commit });
    expect(detached.target.ref).toBeUndefined();
  });

  it('resolves --since, and says what is missing', async () => {
    intake.write('a.txt', 'x');
    expect((await intake.refusal(intake.folder, { since: 'HEAD' })).code).toBe('git_history_missing');
    initialise();
    expect((await intake.refusal(intake.folder, { history: true })).code).toBe('git_history_missing');
    expect((await list()).repository).toBeUndefined();
    const first = commitAll();
    intake.write('b.txt', 'x');
    const second = commitAll();
    expect((await list('', { since: 'HEAD~1' })).repository).toMatchObject({ commit: second, sinceCommit: first });
    expect((await intake.refusal(intake.folder, { since: 'nowhere' })).code).toBe('ref_not_found');
    expect((await intake.refusal(intake.folder, { since: '--output=x' })).code).toBe('ref_invalid');
  });

  it('knows a linked work tree, but no .git file that points at a stranger', async () => {
    initialise();
    intake.write('a.txt', 'x');
    const commit = commitAll();
    git('worktree', 'add', '-q', 'linked', '-b', 'side');
    const linked = await list('linked');
    expect(linked.target).toMatchObject({ ref: 'side', commit });
    expect(linked.repository?.gitDir).toBe(join(intake.folder, '.git/worktrees/linked'));
    intake.write('thief/.git', `gitdir: ${join(intake.folder, '.git')}\n`);
    intake.write('thief/a', 'x');
    const thief = await list('thief');
    expect(thief.repository).toBeUndefined();
    expect(thief.paths).toEqual(['a']);
    expect(thief.warnings).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() !== 0)("does not let another user's repository above hide files", async () => {
    intake.write('.git/HEAD', 'ref: refs/heads/main\n');
    intake.write('.gitignore', '*\n');
    intake.write('work/a.txt', 'x');
    chownSync(join(intake.folder, '.git'), 12_345, 12_345);
    const { paths, warnings } = await list('work');
    expect(paths).toEqual(['a.txt']);
    expect(warnings).toEqual([expect.stringContaining('another user')]);
  });

  it('survives hostile repository files', async () => {
    for (const head of [
      'ref: refs/heads/../../../etc/passwd\n',
      'ref: /etc/passwd\n',
      'x'.repeat(100_000),
      'ref: refs/heads/\u001b[31m\n',
      '',
    ]) {
      intake.write('.git/HEAD', head);
      intake.write('a.txt', 'x');
      const { repository, target, paths } = await list();
      expect(repository).toBeUndefined();
      expect(target.ref).toBeUndefined();
      expect(paths).toEqual(['a.txt']);
    }
  });
});

describe('the target', () => {
  it('may be one file, which no ignore file speaks of', async () => {
    intake.write('.gitignore', '*.env\n');
    const path = intake.write('prod.env', 'x');
    const { paths, root, leftOut } = await list('prod.env');
    expect([paths, root, leftOut]).toEqual([['prod.env'], intake.folder, []]);
    expect((await intake.open(path, { budgets: { fileBytes: 0 } })).leftOut).toMatchObject([{ state: 'excluded', reason: 'too_large' }]);
  });

  it('may be a link: the person named it', async () => {
    intake.write('real/a', 'x');
    symlinkSync('real', join(intake.folder, 'alias'));
    const { paths, root } = await list('alias');
    expect([paths, root]).toEqual([['a'], join(intake.folder, 'real')]);
  });

  it('is refused with a reason when it is missing, a fifo, or packed', async () => {
    execFileSync('mkfifo', [join(intake.folder, 'pipe')]);
    intake.write('a.7z', 'x');
    expect((await intake.refusal(join(intake.folder, 'none'))).code).toBe('target_not_found');
    expect((await intake.refusal(join(intake.folder, 'pipe'))).code).toBe('target_unsupported');
    expect((await intake.refusal(join(intake.folder, 'a.7z'))).code).toBe('target_unsupported');
    expect((await intake.refusal(intake.folder, { ref: 'main' })).code).toBe('usage_invalid');
  });

  it('is empty without an error when it holds nothing', async () => {
    const { files, leftOut } = await list();
    expect([files, leftOut]).toEqual([[], []]);
  });
});
