import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzip, tar, zip } from '../../../../test/support/archive-builder.ts';
import { checkoutContract } from '../checkout.contract.ts';
import { archiveSource } from './index.ts';

const makers = {
  'target.zip': zip,
  'target.tar': tar,
  'target.tgz': (parts: Parameters<typeof tar>[0]) => gzip(tar(parts)),
} as const;

for (const [name, make] of Object.entries(makers)) {
  checkoutContract(name, async () => ({
    source: archiveSource,
    foreignTarget: 'https://example.com/owner/name.zip',
    overFileBudget: 'refused',
    missingTarget: async (folder) => ({ target: join(folder, `none-${name}`) }),
    makeTarget: async (files, folder) => {
      const path = join(folder, name);
      writeFileSync(path, make(Object.entries(files).map(([file, content]) => ({ name: file, content }))));
      return { target: path };
    },
  }));
}
