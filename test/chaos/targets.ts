import { join } from 'node:path';
import { gzip, tar } from '../support/archive-builder.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeAwsKeyId, madeGithubToken } from '../support/made-secrets.ts';
import type { Target } from './load-plan.ts';

type Files = Readonly<Record<string, string>>;

/** One credential in each of the first `secrets` files, none in the others; no credential twice. */
const filesWith = (secrets: number, others: number, seed: number): Files =>
  Object.fromEntries([
    ...Array.from({ length: secrets }, (_, index) => {
      const secret = index % 2 === 0 ? madeGithubToken(seed + index) : madeAwsKeyId(seed + index);
      return [`src/part-${index}/config.py`, `# settings\nvalue = "${secret}"\n`] as const;
    }),
    ...Array.from({ length: others }, (_, index) => [`lib/module-${index}.py`, `def f${index}():\n    return ${index}\n`] as const),
  ]);

export interface Targets {
  readonly list: readonly Target[];
  readonly archive: (index: number) => Buffer;
  readonly git: LoopbackServer;
  readonly branch: (index: number) => string;
}

const archives = [
  { secrets: 0, others: 3 },
  { secrets: 1, others: 5 },
  { secrets: 5, others: 20 },
  { secrets: 12, others: 0 },
  { secrets: 40, others: 60 },
];
const branches = [2, 7];

const branchOf = (index: number): string => `line-${index}`;

/** What is scanned: archives, and a repository behind a loopback git server. */
export const makeTargets = async (folder: string): Promise<Targets> => {
  const repository = createRepository(join(folder, 'git', 'app.git'));
  repository.commit({ 'README.md': '# app\n' });
  for (const [index, secrets] of branches.entries()) {
    repository.commit(filesWith(secrets, 4, 10_000 + 1000 * index), { branch: branchOf(index) });
  }
  const packed = archives.map(({ secrets, others }, index) =>
    gzip(tar(Object.entries(filesWith(secrets, others, 1000 * (index + 1))).map(([name, content]) => ({ name, content })))),
  );
  return {
    list: [
      ...archives.map(({ secrets }, index): Target => ({ kind: 'archive', index, findings: secrets })),
      ...branches.map((findings, index): Target => ({ kind: 'git', index, findings })),
    ],
    archive: (index) => {
      const bytes = packed[index];
      if (bytes === undefined) throw new RangeError(`there is no archive ${index}`);
      return bytes;
    },
    git: await startGitServer({ root: join(folder, 'git') }),
    branch: branchOf,
  };
};
