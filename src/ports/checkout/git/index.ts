import type { CheckoutSource } from '../checkout.ts';
import { createGitSource } from './git-source.ts';
import { systemResolver } from './host-pin.ts';

/** For a person at a terminal, who may mean a private host. */
export const gitSource: CheckoutSource = createGitSource(() => {
  // What the machine's own tools use to reach servers: the names are ssh's and OpenSSL's, not settings of Sightline.
  const { SSH_AUTH_SOCK: sshAgentSocket, SSL_CERT_FILE: caFile } = process.env;
  return {
    resolveHost: systemResolver,
    policy: 'typed-host',
    ...(sshAgentSocket === undefined ? {} : { sshAgentSocket }),
    ...(caFile === undefined ? {} : { caFile }),
  };
});
