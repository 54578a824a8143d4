/** What `npm run test:faults` was told, as its environment carries it to the tests. */
import { postgresVersions, type PostgresVersion } from './postgres-server.ts';

interface FaultFlags {
  readonly rounds: number;
  readonly seed: number;
  /** The versions of PostgreSQL that faults strike: all, or the one that was named. */
  readonly versions: readonly PostgresVersion[];
}

export function readFaultFlags({ rounds }: { readonly rounds: number }): FaultFlags {
  const {
    THIMBLE_FAULT_ROUNDS: wantedRounds = String(rounds),
    THIMBLE_FAULT_SEED: seed = '20261121',
    THIMBLE_FAULT_POSTGRES: wanted,
  } = process.env;
  const versions = postgresVersions.filter((version) => wanted === undefined || String(version) === wanted);
  if (versions.length === 0)
    throw new RangeError(`There is no PostgreSQL ${wanted} to test with; there are ${postgresVersions.join(', ')}.`);
  return { rounds: Number(wantedRounds), seed: Number(seed), versions };
}
