import type { CheckoutSource } from '../checkout.ts';
import { createGitSource } from './git-source.ts';
import { systemResolver } from './host-pin.ts';

/** For a person at a terminal, who may mean a private host. */
export const gitSource: CheckoutSource = createGitSource({ resolveHost: systemResolver, policy: 'typed-host' });
