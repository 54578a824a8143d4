/** Which requests are answered at all: for our host, and not in clear text over a network (docs/architecture.md, plain HTTP). */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

interface TransportRefusal {
  readonly status: 400 | 403 | 421;
  readonly message: string;
}

export type TransportRules = (raw: IncomingMessage) => TransportRefusal | undefined;

const missingHost: TransportRefusal = { status: 400, message: 'The Host header is missing or not valid.' };
const foreignHost: TransportRefusal = { status: 421, message: 'This server does not answer for this host. Use its public URL.' };
const plainHttp: TransportRefusal = {
  status: 403,
  message: 'Plain HTTP is refused. Use HTTPS: a trusted proxy must say X-Forwarded-Proto: https.',
};

/** `hosts` are the `host[:port]` forms of our own addresses, as `URL.host` writes them; loopback names are always ours. */
export function createTransportRules(options: { hosts: readonly string[]; trustedProxies: readonly string[] }): TransportRules {
  const ours = new Set(options.hosts);
  const proxies = new BlockList();
  for (const address of options.trustedProxies) proxies.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const anyProxy = options.trustedProxies.length > 0;

  return (raw) => {
    const host = findHost(raw);
    if (host === undefined || host === '') return missingHost;
    if (!ours.has(host) && !isLoopbackHost(host)) {
      const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
      if (url === undefined || url.pathname !== '/' || url.username !== '') return missingHost;
      // `Host` may write out the default port or use capitals.
      if (!ours.has(url.host) && !ours.has(url.host.replace(/:443$/, ''))) return foreignHost;
    }
    const peer = plainAddress(raw.socket.remoteAddress ?? '');
    if (anyProxy && isIP(peer) !== 0 && proxies.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4')) {
      const proto = raw.headers['x-forwarded-proto'];
      if (proto === undefined ? !isLoopbackAddress(peer) : lastEntry(proto) !== 'https') return plainHttp;
      return undefined;
    }
    return isLoopbackAddress(peer) ? undefined : plainHttp;
  };
}

/** The Host header, or in its place the host of an absolute request target (RFC 9112 §3.2.2); undefined unless there is exactly one. */
function findHost({ rawHeaders, url = '' }: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length !== 4 || rawHeaders[at]?.toLowerCase() !== 'host') continue;
    // Of two Host headers nobody knows which one a proxy went by (RFC 9112 §3.2).
    if (host !== undefined) return undefined;
    host = rawHeaders[at + 1];
  }
  if (host === undefined || url.startsWith('/')) return host;
  return /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? host;
}

export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function isLoopbackAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** An IPv4 peer of a dual-stack listener appears as `::ffff:a.b.c.d`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The nearest proxy adds its entry at the end. */
function lastEntry(header: string | string[]): string {
  const text = typeof header === 'string' ? header : header.join(',');
  return text
    .slice(text.lastIndexOf(',') + 1)
    .trim()
    .toLowerCase();
}
