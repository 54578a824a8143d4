import { describe } from 'vitest';
import { describeBuffer } from '../../../tests/support/buffer-conformance.ts';
import { postgresVersions } from '../../../tests/support/postgres-server.ts';
import { usePostgres } from '../../../tests/support/store-engines.ts';
import { createPostgresBuffer } from './postgres-buffer.ts';

const mebibyte = 1024 * 1024;

describe.each(postgresVersions)('on PostgreSQL %i', (version) => {
  const databases = usePostgres({ version });
  /** Where the suite names a directory, the place is a database. */
  const places = new Map<string, string>();
  const placeOf = async (directory: string): Promise<string> => {
    const url = places.get(directory) ?? (await databases.newDatabase());
    places.set(directory, url);
    return url;
  };

  describeBuffer('the PostgreSQL buffer', async ({ directory, ...options }) =>
    createPostgresBuffer({ url: await placeOf(directory), maxBytes: 64 * mebibyte, ...options }),
  );

  if (version !== 18) return;
  describeBuffer('the PostgreSQL buffer with tiny tables', async ({ directory, ...options }) =>
    createPostgresBuffer({ url: await placeOf(directory), maxBytes: 64 * mebibyte, segmentBytes: 128 * 1024, ...options }),
  );
});
