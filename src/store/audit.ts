import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** One change, as it is told to the trail. `before` and `after` are JSON-serialisable and hold no secrets. */
interface AuditEntry {
  readonly accountId: number | undefined;
  /** `operator`, `system`, `member:<id>`, `api_key:<id>`, `partner:<id>`. */
  readonly actor: string;
  readonly verb: string;
  /** `<noun>:<id>`. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The last row of the trail: kept elsewhere, it proves that the end was not cut off. */
export interface AuditHead {
  readonly seq: number;
  /** Hexadecimal. */
  readonly mac: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  /** Rows read, up to and including the broken one. */
  readonly rows: number;
  /** The last row that fits the chain. */
  readonly head: AuditHead | undefined;
  /** First sequence number at which the chain, or the given head, does not hold. */
  readonly brokenAt?: number;
}

export interface AuditTrail {
  /** The last row, undefined before the first. */
  head(db: Kysely<Tables>): Promise<AuditHead | undefined>;
  /** Adds a row that is committed, or not, with the change it speaks of. */
  append(tx: Transaction<Tables>, entry: AuditEntry): Promise<void>;
  /** Recomputes the chain from its first row; with `head`, also checks that the trail still contains that row. */
  verify(db: Kysely<Tables>, head?: AuditHead): Promise<AuditVerdict>;
}

type AuditRow = Selectable<Tables['audit']>;
type Link = { readonly seq: number; readonly mac: Uint8Array };

const pageRows = 1000;
const genesis: Link = { seq: 0, mac: new Uint8Array(32) };

/** A trail whose rows carry HMAC-SHA-256(key, mac of the row before, row): editing, removing or moving a row breaks it (access.md, audit). */
export function createAuditTrail(options: { key: KeyObject }): AuditTrail {
  const { key } = options;
  return {
    head: async (db) => toHead(await lastLink(db)),

    async append(tx, entry) {
      const previous = await lastLink(tx);
      const row = { seq: previous.seq + 1, ...toColumns(entry) };
      await tx
        .insertInto('audit')
        .values({ ...row, mac: chain(key, previous, row) })
        .execute();
    },

    async verify(db, head) {
      let previous = genesis;
      let rows = 0;
      const broken = (at: number): AuditVerdict => ({ ok: false, rows, head: toHead(previous), brokenAt: at });
      for (;;) {
        const page = await db.selectFrom('audit').selectAll().where('seq', '>', previous.seq).orderBy('seq').limit(pageRows).execute();
        for (const row of page) {
          rows += 1;
          if (row.seq !== previous.seq + 1 || !equal(row.mac, chain(key, previous, row))) return broken(previous.seq + 1);
          if (head?.seq === row.seq && !equal(row.mac, Buffer.from(head.mac, 'hex'))) return broken(row.seq);
          previous = row;
        }
        if (page.length < pageRows) break;
        // SQLite answers without giving way: a long trail must not hold up requests.
        await turn();
      }
      if (head !== undefined && head.seq > previous.seq) return broken(previous.seq + 1);
      return { ok: true, rows, head: toHead(previous) };
    },
  };
}

async function lastLink(db: Kysely<Tables>): Promise<Link> {
  const last = await db.selectFrom('audit').select(['seq', 'mac']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ?? genesis;
}

function toColumns(entry: AuditEntry): Omit<AuditRow, 'seq' | 'mac'> {
  return {
    at: entry.at,
    account_id: entry.accountId ?? null,
    actor: entry.actor,
    verb: entry.verb,
    subject: entry.subject,
    before: toJson(entry.before),
    after: toJson(entry.after),
    address: entry.address ?? null,
    request_id: entry.requestId ?? null,
  };
}

/** A JSON array is unambiguous where joined texts are not. The order of the columns is part of the format. */
function chain(key: KeyObject, previous: Link, row: Omit<AuditRow, 'mac'>): Uint8Array {
  const text = JSON.stringify([
    row.seq,
    row.at,
    row.account_id,
    row.actor,
    row.verb,
    row.subject,
    row.before,
    row.after,
    row.address,
    row.request_id,
  ]);
  return createHmac('sha256', key).update(previous.mac).update(text).digest();
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toHead(link: Link): AuditHead | undefined {
  return link.seq === 0 ? undefined : { seq: link.seq, mac: Buffer.from(link.mac).toString('hex') };
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
