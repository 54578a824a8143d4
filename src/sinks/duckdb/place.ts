import { hash } from 'node:crypto';
import type { LoadPlan } from '../sink.ts';
import { foldName, quoteTable } from './names.ts';

/** Where the tables of a plan are, which speaks of them by their final names. */
export interface Place {
  readonly schema: string;
  /** The name a table has there. */
  nameOf(table: string): string;
}

/** The version of a root table whose rows wait for their activation. */
export interface WaitingPlace {
  readonly root: string;
  readonly version: bigint;
}

/** Our own schema in the warehouse. */
export const systemSchema = '_thimble';

/** Visible tables are in the source's schema, those of a waiting version in ours under generated names (loading.md §7). */
export function placeOf(schema: string, waiting: WaitingPlace | undefined): Place {
  if (waiting === undefined) return { schema, nameOf: (table) => table };
  return { schema: systemSchema, nameOf: (table) => storedName(schema, waiting, table) };
}

/** The place a plan's rows go to. */
export function planPlace({ schema, version, ledger }: LoadPlan): Place {
  return placeOf(schema, version === undefined ? undefined : { root: ledger.key.root, version });
}

export function quoteIn(place: Place, table: string): string {
  return quoteTable(place.schema, place.nameOf(table));
}

/** The same for the same table, so that a step repeated after a crash finds what it made. */
function storedName(schema: string, { root, version }: WaitingPlace, table: string): string {
  return `waiting_${hash('sha256', JSON.stringify([schema, root, String(version), foldName(table)]), 'hex').slice(0, 32)}`;
}
