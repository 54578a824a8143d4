/** Floor of loading into PostgreSQL: prepared CSV copied into a logged table with the key of the real one. Prints the milliseconds it took. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { csvColumns } from '../records.ts';

const [url = '', file = ''] = process.argv.slice(2);
const client = new Client({ connectionString: url });
await client.connect();
await client.query(`CREATE TABLE orders (id bigint PRIMARY KEY, email text, amount double precision, quantity bigint, paid boolean,
  created_at timestamp, note text, address__street text, address__city text, _sdc_received_at timestamp, _sdc_batched_at timestamp,
  _sdc_sequence bigint, _sdc_table_version bigint)`);
const startedAt = performance.now();
await pipeline(
  createReadStream(file, { highWaterMark: 2 ** 20 }),
  client.query(copyFrom(`COPY orders (${csvColumns}) FROM STDIN (FORMAT csv)`)),
);
const elapsedMs = performance.now() - startedAt;
await client.end();
process.stdout.write(`${elapsedMs}\n`);
