import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describeDatabase, ignoreSessionErrors, postgresOptions } from '../lib/postgres.ts';
import { StoreUnavailableError } from './errors.ts';
import { advisoryKeys, holdersSql } from './node-lock-sql.ts';

/** Another server works with the database. Nothing was changed. */
export class NodeLockedError extends Error {
  override readonly name = 'NodeLockedError';
}

export interface NodeLock {
  /** The backend that holds the lock, for checking inside a transaction that it still does. */
  readonly pid: number;
  /** False as soon as the connection of the lock is known to be lost. */
  isHeld(): boolean;
  release(): Promise<void>;
}

const defaultBeatMs = 2_000;
/** The server needs a moment to notice that the process before this one was killed. */
const takeMs = 1_000;
const retryMs = 50;
/** A beat that is not answered for so long counts as a lost connection: well before the server gives a dead peer up, see `settings`. */
const beatTimeoutMs = 5_000;
const settings = { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' };

/**
 * Takes the database for this process, on a connection of its own, until `release` or the end of that connection (access.md, one process).
 * `onLost` is called once when the connection ends by itself: another server may take over from then on.
 * Throws NodeLockedError while another holds it, StoreUnavailableError when the database cannot be reached or cannot be written.
 */
export async function acquireNodeLock(options: {
  url: string;
  onLost: (error: Error) => void;
  /** How often the connection is tried. */
  beatMs?: number;
}): Promise<NodeLock> {
  const { url, onLost, beatMs = defaultBeatMs } = options;
  const name = `thimble node ${hostname()} ${process.pid}`.slice(0, 63);
  const client = new Client({ ...postgresOptions({ url, name, settings }), query_timeout: beatTimeoutMs });
  let state: 'taking' | 'held' | 'lost' | 'released' = 'taking';
  let timer: NodeJS.Timeout | undefined;

  const lose = (): void => {
    if (state !== 'held') return;
    state = 'lost';
    clearInterval(timer);
    onLost(new Error(`The connection that keeps the lock on ${describeDatabase(url)} was lost: another server may take over.`));
    void client.end().catch(() => undefined);
  };
  ignoreSessionErrors(client);
  client.on('error', lose);
  client.on('end', lose);

  const pid = await take(client, url);
  state = 'held';
  timer = setInterval(() => void client.query('select 1').catch(lose), beatMs).unref();
  return {
    pid,
    isHeld: () => state === 'held',
    async release() {
      if (state === 'held') state = 'released';
      clearInterval(timer);
      await client.end().catch(() => undefined);
    },
  };
}

async function take(client: Client, url: string): Promise<number> {
  const { node } = advisoryKeys;
  try {
    await client.connect();
    for (const endsAt = performance.now() + takeMs; ; await delay(retryMs)) {
      const { rows } = await client.query(
        `select pg_try_advisory_lock(${node[0]}, ${node[1]}) as taken, pg_backend_pid() as pid, pg_is_in_recovery() as standby`,
      );
      const { taken, pid, standby } = rows[0] as { taken: boolean; pid: number; standby: boolean };
      if (standby) throw new StoreUnavailableError(`${describeDatabase(url)} is a standby: Thimble needs the primary server.`);
      if (taken) return pid;
      if (performance.now() >= endsAt) throw new NodeLockedError(await describeHolder(client, url));
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    if (error instanceof NodeLockedError || error instanceof StoreUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(`The database ${describeDatabase(url)} cannot be used: ${reason}.`);
  }
}

async function describeHolder(client: Client, url: string): Promise<string> {
  const { rows } = await client.query(`select application_name as name from pg_stat_activity where pid in (${holdersSql})`);
  const name = (rows as { name: string }[]).at(0)?.name.replace(/^thimble node /, '') ?? '';
  return `The database ${describeDatabase(url)} is in use by another server${name === '' ? '' : ` (${name})`}. One server may work with it at a time.`;
}
