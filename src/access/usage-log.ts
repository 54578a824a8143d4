import { maskCredentials } from '../telemetry/log.ts';
import type { Usage } from './principal.ts';

/** What is to be written about one credential's use; times in milliseconds since the epoch. */
export interface UsageRow {
  readonly credentialId: number;
  readonly used: { readonly at: number; readonly address: string; readonly userAgent: string; readonly endpoint: string } | undefined;
  readonly denied: { readonly at: number; readonly reason: string } | undefined;
}

export interface UsageLog {
  used(credentialId: number, usage: Usage): void;
  denied(credentialId: number, reason: string): void;
  /** Removes and returns at most `max` rows, of each credential at most one in ten seconds unless `all` is set. */
  take(max: number, options?: { all?: boolean }): UsageRow[];
}

interface Pending {
  at: number;
  usage: Usage | undefined;
  deniedAt: number;
  reason: string | undefined;
}

const restMs = 10_000;
const maxUserAgentLength = 200;
/** Bounds memory: beyond it a use is not noted, the next one may be. */
const maxPending = 20_000;

/** Coalesces uses in memory, the newest of each credential (access.md, verify). */
export function createUsageLog(options: { now: () => number }): UsageLog {
  const pending = new Map<number, Pending>();
  /** When a row of the credential was last given out; swept when it has rested. */
  const taken = new Map<number, number>();

  function note(credentialId: number): Pending | undefined {
    let entry = pending.get(credentialId);
    if (entry === undefined && pending.size < maxPending) {
      entry = { at: 0, usage: undefined, deniedAt: 0, reason: undefined };
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
      for (const [credentialId, entry] of pending) {
        if (rows.length >= max) break;
        if (!all && taken.has(credentialId)) continue;
        pending.delete(credentialId);
        taken.delete(credentialId);
        taken.set(credentialId, now);
        rows.push(toRow(credentialId, entry));
      }
      return rows;
    },
  };
}

function toRow(credentialId: number, { at, usage, deniedAt, reason }: Pending): UsageRow {
  return {
    credentialId,
    // Some clients write their key into the user agent.
    used: usage && { ...usage, at, userAgent: maskCredentials(usage.userAgent).slice(0, maxUserAgentLength) },
    denied: reason === undefined ? undefined : { at: deniedAt, reason },
  };
}
