// Which addresses of the Internet are public. Everything else is this machine, its network, or its cloud's metadata.

import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IANA's special-purpose ranges for IPv4 (RFC 6890 and its updates, 2026). */
const PRIVATE_V4: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of 2000::/3, the only public part: tunnels (which can lead to private addresses), benchmarks and documentation. */
const PRIVATE_V6: readonly (readonly [address: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
/** Where clouds give out credentials; refused even where private addresses are allowed. */
const METADATA_V4 = ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192'];
const METADATA_V6 = ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'];

const privateV4 = new BlockList();
for (const [address, prefix] of PRIVATE_V4) privateV4.addSubnet(address, prefix, 'ipv4');
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');
const privateV6 = new BlockList();
for (const [address, prefix] of PRIVATE_V6) privateV6.addSubnet(address, prefix, 'ipv6');
const metadata = new BlockList();
for (const address of METADATA_V4) metadata.addAddress(address, 'ipv4');
for (const address of METADATA_V6) metadata.addAddress(address, 'ipv6');

/** An address as it stands, or a name that can only be this machine: whoever reads it sees where it leads. */
export function isPlainPlace(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return isIPv4(bare) || isIPv6(bare) || bare === 'localhost' || bare.endsWith('.localhost');
}

/** What is wrong with connecting there; null: nothing. `address` is an IP address, without brackets. */
export function addressProblem(address: string, options: { readonly allowPrivate: boolean }): string | null {
  const plain = mapped(address.split('%', 1)[0] ?? '');
  if (!isIPv4(plain) && !isIPv6(plain)) return 'it is no address';
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (metadata.check(plain, family)) return 'it is where a cloud gives out credentials';
  if (options.allowPrivate) return null;
  const isPublic = family === 'ipv4' ? !privateV4.check(plain, 'ipv4') : publicV6.check(plain, 'ipv6') && !privateV6.check(plain, 'ipv6');
  return isPublic ? null : 'it is an address of this machine or its network';
}

/** `::ffff:10.0.0.1` and `::ffff:a00:1` are that IPv4 address. */
function mapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^(?:::|(?:0+:){5})ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
