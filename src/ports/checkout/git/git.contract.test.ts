import { join } from 'node:path';
import { createRepository } from '../../../../test/support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../../../../test/support/git-server.ts';
import { checkoutContract } from '../checkout.contract.ts';
import { createGitSource } from './git-source.ts';
import { systemResolver } from './host-pin.ts';

checkoutContract('git', async () => {
  const servers: LoopbackServer[] = [];
  const serve = async (
    folder: string,
    name: string,
  ): Promise<{ readonly target: string; readonly request: { readonly allowHosts: readonly string[] } }> => {
    const server = await startGitServer({ root: folder });
    servers.push(server);
    return { target: `${server.url}/${name}`, request: { allowHosts: [server.host] } };
  };
  return {
    source: createGitSource({ resolveHost: systemResolver, policy: 'typed-host' }),
    makeTarget: (files, folder) => {
      createRepository(join(folder, 'project.git')).commit(files);
      return serve(folder, 'project.git');
    },
    missingTarget: (folder) => serve(folder, 'missing.git'),
    foreignTarget: './project.zip',
    overFileBudget: 'refused',
    close: async () => {
      for (const server of servers) await server.close();
    },
  };
});
