import { maskCredentials } from '../telemetry/log.ts';
import type { Usage } from './principal.ts';

/** The newest use and the newest refused use; times in milliseconds since the epoch. */
export interface PendingUse {
  readonly used: { readonly at: number; readonly address: string; readonly userAgent: string; readonly endpoint: string } | undefined;
  readonly denied: { readonly at: number; readonly reason: string } | undefined;
}

/** How often one client used a credential. */
interface ClientUse {
  readonly address: string;
  readonly userAgent: string;
  readonly uses: number;
  readonly at: number;
}

/** What is to be written about one credential's use. */
export interface UsageRow extends PendingUse {
  readonly credentialId: number;
  readonly clients: readonly ClientUse[];
}

export interface UsageLog {
  used(credentialId: number, usage: Usage): void;
  denied(credentialId: number, reason: string): void;
  /**
   * Removes and returns rows of at most `max` clients, of each credential at most one row in ten seconds unless `all` is set.
   * One row is returned whatever its clients.
   */
  take(max: number, options?: { all?: boolean }): UsageRow[];
  /** What waits to be taken. */
  find(credentialId: number): PendingUse | undefined;
}

interface Client {
  readonly address: string;
  readonly userAgent: string;
  uses: number;
  at: number;
}

interface Pending {
  at: number;
  usage: Usage | undefined;
  deniedAt: number;
  reason: string | undefined;
  readonly clients: Client[];
}

const restMs = 10_000;
const maxUserAgentLength = 200;
/** Longer than what is kept, so that a credential at its end is whole when it is masked. */
const comparedUserAgentLength = 300;
/** Bounds memory: beyond it a use is not noted, the next one may be. */
const maxPending = 20_000;
const maxClients = 8;
/** Uses by clients beyond those, whatever their address. */
const others = { address: '', userAgent: '(others)' };

/** Coalesces uses in memory: the newest of each credential, and how often each client used it (access.md, verify). */
export function createUsageLog(options: { now: () => number }): UsageLog {
  const pending = new Map<number, Pending>();
  /** When a row of the credential was last given out; swept when it has rested. */
  const taken = new Map<number, number>();

  function note(credentialId: number): Pending | undefined {
    let entry = pending.get(credentialId);
    if (entry === undefined && pending.size < maxPending) {
      entry = { at: 0, usage: undefined, deniedAt: 0, reason: undefined, clients: [] };
      pending.set(credentialId, entry);
    }
    return entry;
  }

  return {
    used(credentialId, usage) {
      const entry = note(credentialId);
      if (entry === undefined) return;
      entry.at = options.now();
      entry.usage = usage;
      const client = clientOf(entry.clients, usage);
      client.uses += 1;
      client.at = entry.at;
    },

    denied(credentialId, reason) {
      const entry = note(credentialId);
      if (entry === undefined) return;
      entry.deniedAt = options.now();
      entry.reason = reason;
    },

    take(max, { all = false } = {}) {
      const now = options.now();
      const rows: UsageRow[] = [];
      for (const [credentialId, at] of taken) {
        // Oldest first; a clock that went back must not hold rows for ever.
        if (at <= now && now - at < restMs) break;
        taken.delete(credentialId);
      }
      let clients = 0;
      for (const [credentialId, entry] of pending) {
        const weight = Math.max(1, entry.clients.length);
        if (rows.length > 0 && clients + weight > max) break;
        if (!all && taken.has(credentialId)) continue;
        clients += weight;
        pending.delete(credentialId);
        taken.delete(credentialId);
        taken.set(credentialId, now);
        rows.push({ credentialId, ...toUse(entry), clients: maskClients(entry.clients) });
      }
      return rows;
    },

    find(credentialId) {
      const entry = pending.get(credentialId);
      return entry && toUse(entry);
    },
  };
}

/** The client's counter, or that of all others once there are many. */
function clientOf(clients: Client[], { address, userAgent }: Usage): Client {
  const text = userAgent.length > comparedUserAgentLength ? userAgent.slice(0, comparedUserAgentLength) : userAgent;
  for (const client of clients) if (client.address === address && client.userAgent === text) return client;
  const beyond = clients[maxClients];
  if (beyond !== undefined) return beyond;
  const client = { ...(clients.length < maxClients ? { address, userAgent: text } : others), uses: 0, at: 0 };
  clients.push(client);
  return client;
}

function toUse({ at, usage, deniedAt, reason }: Pending): PendingUse {
  return {
    used: usage && { ...usage, at, userAgent: maskUserAgent(usage.userAgent) },
    denied: reason === undefined ? undefined : { at: deniedAt, reason },
  };
}

/** Clients as they are kept: those that look alike then are one. */
function maskClients(clients: readonly Client[]): ClientUse[] {
  const masked = new Map<string, Client>();
  for (const { address, userAgent, uses, at } of clients) {
    const client = { address, userAgent: maskUserAgent(userAgent), uses, at };
    const key = JSON.stringify([client.address, client.userAgent]);
    const known = masked.get(key);
    if (known === undefined) masked.set(key, client);
    else {
      known.uses += uses;
      known.at = Math.max(known.at, at);
    }
  }
  return [...masked.values()];
}

/** Some clients write their key into the user agent. */
function maskUserAgent(userAgent: string): string {
  return maskCredentials(userAgent).slice(0, maxUserAgentLength);
}
