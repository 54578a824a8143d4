import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { type Address, type AddressRange, findAddress, isInRange } from './address.ts';
import { classifyAddress, findCarried } from './address-class.ts';

/** The host leads to a network this server does not connect to on behalf of accounts. */
export class EgressRefusedError extends Error {
  override readonly name = 'EgressRefusedError';
}

/** Where accounts may lead the server (access.md, what accounts may make the server do). */
export interface EgressPolicy {
  /** Loopback and private ranges are open: the server itself listens on loopback, or the operator allows them. */
  readonly privateAllowed: boolean;
  /** Ranges the operator opened one by one; never beats what is closed to everybody. */
  readonly allowed: readonly AddressRange[];
  /** Ranges the operator closed; they beat everything that is open. */
  readonly denied?: readonly AddressRange[];
}

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/** Labels of letters, digits, hyphens and underscores, or an IP address; a path or a list of hosts is not a host. */
const hostPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/;

/**
 * The one gate for outgoing connections of accounts: resolves a host once and returns the address to connect to, so that a name cannot
 * lead elsewhere afterwards. Rejects with `EgressRefusedError`, or with the resolver's error when the name is not known.
 */
export function createEgress(
  policy: EgressPolicy,
  resolve: Lookup = resolveAll,
  ownAddresses: () => readonly string[] = listOwnAddresses,
): (host: string) => Promise<string> {
  return async (host) => {
    const bare = host.replace(/^\[(.*)\]$/s, '$1');
    if (findAddress(bare) === undefined && !hostPattern.test(bare))
      throw new EgressRefusedError('The host is not a host name or an IP address.');
    const found = await resolve(bare);
    const own = ownAddresses().flatMap((address) => findAddress(address) ?? []);
    const permitted = found.find(({ address }) => isPermitted(policy, address, own));
    if (permitted !== undefined) return permitted.address;
    // Which addresses a name of the server's own network has is nobody's business.
    throw new EgressRefusedError(
      `The host ${host} leads to a network this server does not connect to; the operator can allow it (THIMBLE_EGRESS_ALLOW).`,
    );
  };
}

function isPermitted(policy: EgressPolicy, text: string, own: readonly Address[]): boolean {
  const address = findAddress(text);
  if (address === undefined || isAmong(address, policy.denied ?? [])) return false;
  switch (classifyAddress(address)) {
    case 'never':
      return false;
    case 'private':
      return policy.privateAllowed || isAmong(address, policy.allowed);
    case 'public':
      // This machine is no more public than its loopback: a firewall may keep others from what listens there.
      return policy.privateAllowed || isAmong(address, policy.allowed) || !isAmong(address, own.map(rangeOfOne));
  }
}

function isAmong(address: Address, ranges: readonly AddressRange[]): boolean {
  const carried = findCarried(address);
  return ranges.some((range) => isInRange(address, range) || (carried !== undefined && isInRange(carried, range)));
}

function rangeOfOne(base: Address): AddressRange {
  return { base, bits: base.length * 8 };
}

/** Asked for each connection: addresses come and go. */
function listOwnAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}

async function resolveAll(host: string): Promise<readonly { readonly address: string }[]> {
  try {
    return await lookup(host, { all: true, order: 'ipv4first' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The host ${host} cannot be resolved (${code ?? 'unknown error'}).`, { cause: error });
  }
}
