import { type Address, type AddressRange, findRange, isInRange } from './address.ts';

/** `never`: no account may lead the server there. `private`: only where the operator says so. */
export type AddressClass = 'public' | 'private' | 'never';

/**
 * Unspecified, link-local, multicast, reserved, Teredo, local-use NAT64, whose IPv4 address may be any, and the services that clouds
 * answer their machines with (IANA special registries).
 */
const never = ranges(
  '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 224.0.0.0/4 240.0.0.0/4 100.100.100.200 168.63.129.16',
  '::/128 fe80::/10 ff00::/8 2001::/32 100::/64 fd00:ec2::/32 fd00:c1::/32 fd00:42::42 fd20:ce::254 64:ff9b:1::/48',
);
const reserved = ranges('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 100.64.0.0/10 198.18.0.0/15', '::1/128 fc00::/7 fec0::/10');

/** Forms of IPv6 that carry an IPv4 address, and where: mapped, translated, compatible, NAT64, 6to4. */
const carriers: readonly { readonly range: AddressRange; readonly at: number }[] = [
  ...ranges('::ffff:0:0/96 ::ffff:0:0:0/96 ::/96 64:ff9b::/96').map((range) => ({ range, at: 12 })),
  ...ranges('2002::/16').map((range) => ({ range, at: 2 })),
];

/** What kind of network an address belongs to. An IPv6 address that carries an IPv4 address is judged by that one. */
export function classifyAddress(address: Address): AddressClass {
  if (never.some((range) => isInRange(address, range))) return 'never';
  if (reserved.some((range) => isInRange(address, range))) return 'private';
  const carried = findCarried(address);
  return carried === undefined ? 'public' : classifyAddress(carried);
}

/** The IPv4 address inside an IPv6 address. */
export function findCarried(address: Address): Address | undefined {
  const carrier = carriers.find(({ range }) => isInRange(address, range));
  return carrier && address.subarray(carrier.at, carrier.at + 4);
}

function ranges(...lists: string[]): AddressRange[] {
  return lists
    .join(' ')
    .split(' ')
    .map((text) => {
      const range = findRange(text);
      if (range === undefined) throw new Error(`${text} is no range of addresses`);
      return range;
    });
}
