import { isIPv4 } from 'node:net';
import type { PinnedHost } from './host-pin.ts';

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The ssh program for one checked host. On the command line the person's own identity is what they expect: their agent, their key
 * files and their known_hosts are used. Their ssh configuration is not (it may run programs and go through other hosts), and
 * neither does ssh ask anything: an unknown host key ends the fetch.
 */
export const sshCommandFor = (
  host: PinnedHost,
  options: { readonly connectTimeoutSeconds: number; readonly knownHostsFile?: string },
): string => {
  const address = host.addresses.find((candidate) => isIPv4(candidate)) ?? host.addresses[0];
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'CheckHostIP=no',
    'ProxyCommand=none',
    'ProxyJump=none',
    'PermitLocalCommand=no',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'ControlMaster=no',
    'ControlPath=none',
    'Tunnel=no',
    'CanonicalizeHostname=no',
    `ConnectTimeout=${options.connectTimeoutSeconds}`,
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    // The connection goes to the address that was checked, the host key is looked up under the name that was typed.
    `HostName=${address}`,
    `HostKeyAlias=${host.port === 22 ? host.hostname : `[${host.hostname}]:${host.port}`}`,
    ...(options.knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${options.knownHostsFile}`]),
  ];
  return ['ssh', '-F', '/dev/null', ...settings.map((setting) => `-o${setting}`)].map(shellQuote).join(' ');
};
