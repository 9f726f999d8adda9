import type { ServerValues } from '../cli/server-control.ts';
import { formatListenAddress, isLoopbackHost, type ListenAddress } from '../config/listen-address.ts';
import { AppError } from '../lib/errors.ts';
import { isEmbedded } from './storage.ts';

const assertLoopback = (option: string, address: ListenAddress | 'off'): void => {
  if (address === 'off' || isLoopbackHost(address.host)) return;
  throw new AppError(
    'config_invalid',
    `${option} ${formatListenAddress(address)} could be reached by others, and there are no accounts yet`,
    {
      hint: `Listen on 127.0.0.1, [::1] or localhost; let a proxy with a login of its own stand before it where others need it.`,
    },
  );
};

/** What settings may not be together; found before anything is opened. @throws AppError `config_invalid` */
export const checkServerSettings = (values: ServerValues): void => {
  assertLoopback('--listen', values.listen);
  assertLoopback('--probes-listen', values.probesListen);
  assertLoopback('--metrics-listen', values.metricsListen);
  if (values.roles.includes('api') && values.listen === 'off') {
    throw new AppError('config_invalid', 'the role api has nowhere to listen', {
      hint: 'Give --listen an address, or leave the role out with --roles.',
    });
  }
  if (isEmbedded(values) && values.roles.length < 3) {
    throw new AppError(
      'config_invalid',
      `with the roles ${values.roles.join(', ')} alone nobody would do the rest: the embedded database has one process`,
      {
        hint: 'Leave --roles out, or name a PostgreSQL server with --database-url that several processes share.',
      },
    );
  }
};
