import type { KeyObject } from 'node:crypto';
import type { DomainParts } from '../../domain/context.ts';
import type { PeopleParts } from '../../domain/people.ts';
import type { Warehouse } from '../../domain/destination/warehouse.ts';
import type { HttpLog } from '../server.ts';

/** Reads and copies embedded warehouses while loading goes on. */
interface WarehouseAccess {
  /** Answers one SELECT as the text of a JSON array of row objects. */
  query(warehouse: Warehouse, sql: string): Promise<{ readonly json: string | Uint8Array }>;
  /** Writes a consistent copy to an absolute path. */
  copy(warehouse: Warehouse, file: string): Promise<unknown>;
}

/** One page of the rejects of a source; ids and limits as in `listRejectsQuery`. */
interface RejectPageQuery {
  readonly table: string | undefined;
  readonly state: RejectState | undefined;
  readonly order: 'newest' | 'oldest';
  readonly after: number | undefined;
  readonly limit: number;
  readonly records: boolean;
}

type RejectState = 'rejected' | 'replaying' | 'replayed';

export interface ShownReject {
  readonly id: number;
  readonly table: string;
  readonly reason: string;
  readonly scope: 'table' | 'record' | 'column';
  readonly sequence: bigint;
  /** Milliseconds since the epoch. */
  readonly rejectedAt: number;
  readonly state: RejectState;
  readonly record?: string;
}

/** The rejects of a source in its destination. Throws `invalid_id` where it has none. */
interface RejectAccess {
  list(sourceId: number, query: RejectPageQuery): Promise<readonly ShownReject[]>;
  /** Sends a part of them again, from the start or from where the last part ended. */
  replay(
    sourceId: number,
    request: { readonly table: string | undefined; readonly uncertain: boolean; readonly next: ReplayPlace | undefined },
  ): Promise<{ readonly replayed: number; readonly uncertain: number; readonly damaged: number; readonly next: ReplayPlace | undefined }>;
}

interface ReplayPlace {
  readonly after: number;
  readonly upTo: number;
}

export interface OperatorApiOptions {
  readonly parts: DomainParts;
  readonly people: PeopleParts;
  readonly warehouses: WarehouseAccess;
  readonly rejects: RejectAccess;
  /** Tries at once what is held back; returns the streams that wait. */
  readonly retryLoads: (which: { sourceId?: number; table?: string }) => readonly { readonly sourceId: number; readonly table: string }[];
  /** What the requests to an account's hooks are signed with (ADR 25). */
  readonly signingKey: (accountId: number) => KeyObject;
  /** What the notices to a partner are signed with. */
  readonly noticeKey: (partnerId: number) => KeyObject;
  /** Where embedded warehouses lie. */
  readonly warehouseDirectory: string;
  /** Backlog, loads and buffer usage as JSON. */
  readonly status: () => Promise<Readonly<Record<string, unknown>>>;
  readonly log: HttpLog;
}
