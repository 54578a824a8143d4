import type { Kysely } from 'kysely';
import type { Sealer } from '../../access/seal.ts';
import { listConnectionSecrets } from '../../store/queries/connection-secret.ts';
import type { DestinationRow } from '../../store/queries/destination.ts';
import type { Tables } from '../../store/tables.ts';
import { warehouseOf, type Warehouse } from './warehouse.ts';

/** A PostgreSQL destination with its password: for the loader's memory, never for a log, an answer or the disk. */
interface PostgresDestination {
  readonly id: number;
  readonly kind: 'postgres';
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
    readonly tls: 'disable' | 'require' | 'verify-full';
    /** PEM; the system's authorities when absent. */
    readonly rootCertificate?: string;
  };
  /** Type of new timestamp columns; the contract's when absent. */
  readonly timestamps?: 'without-zone' | 'with-zone';
}

/** A destination as a sink needs it. */
export type OpenedDestination = Warehouse | PostgresDestination;

export interface DestinationOpener {
  /** Undefined when the destination is deleted or lacks a required property. Throws `SealBrokenError`. */
  open(db: Kysely<Tables>, row: DestinationRow): Promise<OpenedDestination | undefined>;
}

/** Turns stored destinations into what a sink connects with. */
export function createDestinationOpener(options: { sealer: Sealer; warehouseDirectory: string }): DestinationOpener {
  const { sealer, warehouseDirectory } = options;
  return {
    async open(db, row) {
      if (row.deleted_at !== null) return undefined;
      if (row.type === 'duckdb') return warehouseOf(row, warehouseDirectory);
      if (row.type !== 'postgres') throw new Error(`no destination type ${row.type}`);
      const secrets = await listConnectionSecrets(db, row.id);
      const opened = secrets.map(({ property, sealed }) => [property, sealer.open({ kind: 'destination', id: row.id, property }, sealed)]);
      return toPostgres(row.id, { ...(JSON.parse(row.properties) as object), ...Object.fromEntries(opened) });
    },
  };
}

function toPostgres(id: number, properties: Readonly<Record<string, string | undefined>>): PostgresDestination | undefined {
  const { host, port, database, username: user, password, ssl, sslrootcert, encryption_type: encryption } = properties;
  if (host === undefined || port === undefined || database === undefined || user === undefined || password === undefined) return undefined;
  if (ssl === undefined || encryption !== 'none') return undefined;
  const common = { host, port: Number(port), database, user, password };
  const { timestamps } = properties;
  const destination: Omit<PostgresDestination, 'connection'> = {
    id,
    kind: 'postgres',
    ...(timestamps === 'with-zone' ? { timestamps } : {}),
  };
  if (ssl !== 'true') return { ...destination, connection: { ...common, tls: 'disable' } };
  // Who names an authority wants the server's name checked as well.
  return sslrootcert === undefined
    ? { ...destination, connection: { ...common, tls: 'require' } }
    : { ...destination, connection: { ...common, tls: 'verify-full', rootCertificate: sslrootcert } };
}
