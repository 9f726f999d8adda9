import { describe, expect, it } from 'vitest';
import { type AddressClass, admitsAddress, classifyAddress, classifyName } from './address-policy.ts';

describe('classifyAddress', () => {
  const cases: readonly (readonly [AddressClass, readonly string[]])[] = [
    ['public', ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '172.32.0.1', '100.128.0.1']],
    [
      'private',
      ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', 'fc00::1', 'fdff::1', '::ffff:10.0.0.1', '64:ff9b::a00:1'],
    ],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '0:0:0:0:0:0:0:1']],
    ['link_local', ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1', '::ffff:169.254.0.1']],
    [
      'metadata',
      [
        '169.254.169.254',
        '169.254.170.2',
        'fd00:ec2::254',
        'fd00:42::42',
        'fd00:0ec2:0::254',
        '100.100.100.200',
        '168.63.129.16',
        '192.0.0.192',
        '::ffff:a9fe:a9fe',
      ],
    ],
    ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0']],
    [
      'reserved',
      [
        '255.255.255.255',
        '240.0.0.1',
        '192.0.2.1',
        '198.18.0.1',
        '203.0.113.1',
        '2001::1',
        '2001:db8::1',
        '2002:7f00:1::',
        '4000::1',
        'fec0::1',
        '',
        'localhost',
        '1.2.3',
        '999.1.1.1',
      ],
    ],
  ];
  it.each(cases.flatMap(([kind, addresses]) => addresses.map((address) => [address, kind] as const)))('%s is %s', (address, kind) => {
    expect(classifyAddress(address)).toBe(kind);
  });
});

it('admits by policy and permission', () => {
  const table = (['public', 'private', 'loopback', 'link_local', 'metadata', 'multicast', 'unspecified', 'reserved'] as const).map((kind) =>
    [
      admitsAddress(kind, 'public-only', false),
      admitsAddress(kind, 'typed-host', false),
      admitsAddress(kind, 'public-only', true),
      admitsAddress(kind, 'typed-host', true),
    ]
      .map(Number)
      .join(''),
  );
  expect(table).toEqual(['1111', '0111', '0011', '0000', '0000', '0000', '0000', '0000']);
});

it('reads names', () => {
  expect(
    ['localhost', 'a.localhost', 'metadata.google.internal', 'git', 'git.internal', 'nas.local', 'github.com'].map(classifyName),
  ).toEqual(['loopback', 'loopback', 'metadata', 'private', 'private', 'private', undefined]);
});
