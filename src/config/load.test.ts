import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { networkEnvironment } from './load.ts';

it('hands over what other programs go by to reach servers', () => {
  expect(networkEnvironment({ HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:1', NO_PROXY: 'a', SSH_AUTH_SOCK: '/s' })).toEqual({
    httpsProxy: 'http://lower:1',
    noProxy: 'a',
    sshAgentSocket: '/s',
  });
  expect(networkEnvironment({ HTTPS_PROXY: 'http://upper:1', no_proxy: 'b', SSL_CERT_FILE: 'own.pem' })).toEqual({
    httpsProxy: 'http://upper:1',
    noProxy: 'b',
    caFile: resolve('own.pem'),
  });
  expect(networkEnvironment({ SSL_CERT_FILE: '', HTTP_PROXY: 'http://plain:1', PATH: '/bin' })).toEqual({});
});
