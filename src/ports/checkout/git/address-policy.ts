import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * - `typed-host`: a person at a terminal typed the host. It may be private; loopback needs an entry in `allowHosts`.
 * - `public-only`: somebody else chose the host (a redirect, a request to a server): public addresses only.
 */
export type AddressPolicy = 'typed-host' | 'public-only';

export type AddressClass = 'public' | 'private' | 'loopback' | 'link_local' | 'metadata' | 'multicast' | 'unspecified' | 'reserved';

type Subnet = readonly [network: string, prefix: number];

const listOf = (subnets: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6');
  return list;
};

/** First match wins. Sources: IANA special-purpose registries for IPv4 and IPv6, and the cloud vendors' pages on instance metadata. */
const classes: readonly (readonly [AddressClass, BlockList])[] = [
  [
    'metadata',
    listOf([
      ['169.254.169.253', 32],
      ['169.254.169.254', 32],
      ['169.254.170.2', 32],
      ['100.100.100.200', 32],
      ['168.63.129.16', 32],
      ['192.0.0.192', 32],
      ['fd00:ec2::', 32],
      ['fd20:ce::254', 128],
      ['fd00:42::42', 128],
    ]),
  ],
  [
    'loopback',
    listOf([
      ['127.0.0.0', 8],
      ['::1', 128],
    ]),
  ],
  [
    'unspecified',
    listOf([
      ['0.0.0.0', 8],
      ['::', 128],
    ]),
  ],
  [
    'link_local',
    listOf([
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ]),
  ],
  [
    'multicast',
    listOf([
      ['224.0.0.0', 4],
      ['ff00::', 8],
    ]),
  ],
  [
    'private',
    listOf([
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
      ['fc00::', 7],
    ]),
  ],
  [
    'reserved',
    listOf([
      ['192.0.0.0', 24],
      ['192.0.2.0', 24],
      ['192.88.99.0', 24],
      ['198.18.0.0', 15],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['240.0.0.0', 4],
      ['2001::', 23],
      ['2001:db8::', 32],
      ['2002::', 16],
      ['3fff::', 20],
    ]),
  ],
];
const globalIpv6 = listOf([['2000::', 3]]);
/** An IPv4 address stands in the last 32 bits: mapped, compatible, and the translation prefix of IPv6-only networks. */
const carriesIpv4 = listOf([
  ['::ffff:0:0', 96],
  ['::', 96],
  ['64:ff9b::', 96],
]);

/** The last 32 bits of an IPv6 address as an IPv4 address. */
const embeddedIpv4 = (address: string): string => {
  // The URL parser writes every spelling of an IPv6 address in one way: groups of hexadecimal digits.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':');
  const low = groups.slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return low.map((group) => `${group >> 8}.${group & 0xff}`).join('.');
};

/** What kind of place an address is. Text that is no address is `reserved`, so that nothing is reached by a misreading. */
export const classifyAddress = (text: string): AddressClass => {
  const address = text.split('%')[0] ?? '';
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined) return 'reserved';
  if (
    family === 'ipv6' &&
    carriesIpv4.check(address, 'ipv6') &&
    !['::', '::1'].includes(new URL(`http://[${address}]/`).hostname.slice(1, -1))
  ) {
    return classifyAddress(embeddedIpv4(address));
  }
  const found = classes.find(([, list]) => list.check(address, family));
  if (found !== undefined) return found[0];
  return family === 'ipv4' || globalIpv6.check(address, 'ipv6') ? 'public' : 'reserved';
};

/** `allowed`: the person named exactly this host (and port) with `--allow-host`. Link-local and metadata addresses are never admitted. */
export const admitsAddress = (kind: AddressClass, policy: AddressPolicy, allowed: boolean): boolean =>
  kind === 'public' || (kind === 'private' && (allowed || policy === 'typed-host')) || (kind === 'loopback' && allowed);

const localName = /^(?:localhost|.*\.localhost|localhost\.localdomain)$/;
const metadataName = /^(?:metadata|metadata\.google\.internal|instance-data|instance-data\.ec2\.internal|metadata\.tencentyun\.com)$/;
const privateName = /(?:^[^.]+$|\.(?:internal|intranet|local|localdomain|lan|home|corp|home\.arpa)$)/;

/** What a name says before anybody is asked for its addresses; undefined when it says nothing. */
export const classifyName = (name: string): AddressClass | undefined => {
  if (localName.test(name)) return 'loopback';
  if (metadataName.test(name)) return 'metadata';
  return privateName.test(name) ? 'private' : undefined;
};
