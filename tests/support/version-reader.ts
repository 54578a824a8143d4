/** An analyst who looks at a versioned table again and again, and at its subtable in the same statement. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { rowsOfVersion, tagsPerRow } from './version-pusher.ts';

export interface VersionReader {
  /** Ends the reading; fails when anything but whole versions in their order was seen. */
  stop(): Promise<void>;
  readonly reads: number;
  /** Versions that were seen. */
  readonly seen: ReadonlySet<number>;
  /** The one seen last; 0 before the first. */
  readonly latest: number;
}

const look = `SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids, count(DISTINCT _sdc_table_version)::int AS versions,
  min(_sdc_table_version) AS version, min(version) AS least, max(version) AS greatest,
  (SELECT count(*)::int FROM shop.versioned__tags) AS tags FROM shop.versioned`;

/** Reads table `versioned` of schema `shop` until stopped; a server that is away is waited for. */
export function startVersionReader(connectionString: string): VersionReader {
  const findings: unknown[] = [];
  const seen = new Set<number>();
  let latest = 0;
  let reads = 0;
  const stopped = new AbortController();

  async function read(client: Client): Promise<void> {
    const [row] = (await client.query<Record<string, unknown>>(look)).rows;
    const version = Number(row?.['version']);
    const rows = rowsOfVersion(version);
    const whole = { rows, ids: rows, versions: 1, version: String(version), tags: rows * tagsPerRow };
    const expected = { ...whole, least: String(version), greatest: String(version) };
    if (Object.entries(expected).some(([name, value]) => row?.[name] !== value) || version < latest) findings.push({ row, latest });
    latest = version;
    seen.add(version);
    reads += 1;
  }

  async function readAll(): Promise<void> {
    while (!stopped.signal.aborted) {
      const client = new Client({ connectionString });
      client.on('error', () => undefined);
      try {
        await client.connect();
        while (!stopped.signal.aborted) {
          await read(client);
          await delay(5);
        }
      } catch (error) {
        if (!isExpected(error)) findings.push(error);
        await delay(50);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  /** The table is not there before its first activation; connections end with the server. */
  function isExpected(error: unknown): boolean {
    if (!(error instanceof DatabaseError)) return true;
    return /^(57P|08)/.test(error.code ?? '') || (error.code === '42P01' && reads === 0);
  }

  const reading = readAll();
  return {
    async stop() {
      stopped.abort();
      await reading;
      if (findings.length > 0) throw new Error(`A reader saw ${JSON.stringify(findings.slice(0, 5))}, ${findings.length} in all.`);
    },
    get reads() {
      return reads;
    },
    seen,
    get latest() {
      return latest;
    },
  };
}
