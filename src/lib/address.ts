import { isIP } from 'node:net';

/** The bytes of an IP address: 4 or 16. */
export type Address = Uint8Array;

/** A block of addresses: those whose first `bits` bits are those of `base`. */
export interface AddressRange {
  readonly base: Address;
  readonly bits: number;
}

/** An address in its usual spelling, without brackets; the zone of a link-local one is dropped. Undefined for anything else, names included. */
export function findAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/s, '');
  const version = isIP(bare);
  if (version === 0) return undefined;
  if (version === 4) return Uint8Array.from(bare.split('.'), Number);
  // The URL parser writes the one canonical form: hexadecimal groups and at most one "::".
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

/** `address` or `address/bits`. Undefined for anything else. */
export function findRange(text: string): AddressRange | undefined {
  const { address = '', bits } = /^(?<address>[^/]+)(?:\/(?<bits>\d{1,3}))?$/.exec(text)?.groups ?? {};
  const base = findAddress(address);
  if (base === undefined) return undefined;
  const length = bits === undefined ? base.length * 8 : Number(bits);
  return length > base.length * 8 ? undefined : { base, bits: length };
}

/** Whether an address lies in a range of its own family. */
export function isInRange(address: Address, { base, bits }: AddressRange): boolean {
  if (address.length !== base.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index += 1) if (address[index] !== base[index]) return false;
  const rest = bits & 7;
  return rest === 0 || (((address[whole] ?? 0) ^ (base[whole] ?? 0)) & (0xff00 >> rest) & 0xff) === 0;
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
