import { describe, expect, it } from 'vitest';
import { usePostgres } from '../../../tests/support/store-engines.ts';
import { Client } from 'pg';
import { payloadOf } from '../../../tests/support/payload.ts';
import { byteaArray } from './bytea-array.ts';

const databases = usePostgres();

describe('an array of bytes in the binary form', () => {
  it('is read by the server as it was written', async () => {
    const client = new Client({ connectionString: databases.server().url() });
    await client.connect();
    const elements = [0, 1, 70_000, 5].map((size, seed) => payloadOf(seed, size));
    const { rows } = await client.query('select unnest($1::bytea[]) as element', [byteaArray(elements)]);
    await client.end();
    expect(rows.map(({ element }: { element: Buffer }) => new Uint8Array(element))).toEqual(elements);
  });

  it('is never empty', () => {
    expect(() => byteaArray([])).toThrow(RangeError);
  });
});
