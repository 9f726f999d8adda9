import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testGitEnvironment } from '../../../../test/support/git-repository.ts';
import { checkoutContract } from '../checkout.contract.ts';
import { directorySource } from './index.ts';

checkoutContract('directory', async () => ({
  source: directorySource,
  foreignTarget: 'https://example.com/owner/name.git',
  overFileBudget: 'cut',
  missingTarget: async (folder) => ({ target: join(folder, 'none') }),
  makeTarget: async (files, folder) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    execFileSync('git', ['init', '-q', folder], { env: testGitEnvironment });
    execFileSync('git', ['-C', folder, 'add', '--force', '.'], { env: testGitEnvironment, stdio: 'ignore' });
    return { target: folder };
  },
}));
