/** Floor of loading: DuckDB reads prepared flat NDJSON files with known types, each followed by the delete and insert of a keyed load. */
import { DuckDBInstance } from '@duckdb/node-api';

const [warehouse = '', ...files] = process.argv.slice(2);
const columns = `{id: 'BIGINT', email: 'VARCHAR', amount: 'DOUBLE', quantity: 'BIGINT', paid: 'BOOLEAN', created_at: 'TIMESTAMP',
  note: 'VARCHAR', address__street: 'VARCHAR', address__city: 'VARCHAR', _sdc_sequence: 'BIGINT'}`;

const instance = await DuckDBInstance.create(warehouse, { threads: '2', memory_limit: '192MB', preserve_insertion_order: 'false' });
const connection = await instance.connect();
const read = (file: string): string => `FROM read_json('${file}', format = 'newline_delimited', columns = ${columns})`;
await connection.run(`CREATE TABLE orders AS ${read(files[0] ?? '')} LIMIT 0`);
for (const file of files) {
  await connection.run('BEGIN');
  // The last message of an id wins, as in a load.
  await connection.run(
    `CREATE TEMP TABLE staged AS ${read(file)} QUALIFY row_number() OVER (PARTITION BY id ORDER BY _sdc_sequence DESC) = 1`,
  );
  await connection.run('DELETE FROM orders WHERE id IN (SELECT id FROM staged)');
  await connection.run('INSERT INTO orders FROM staged');
  await connection.run('DROP TABLE staged');
  await connection.run('COMMIT');
}
const [row] = await (await connection.run('SELECT count(*)::INTEGER FROM orders')).getRows();
connection.closeSync();
instance.closeSync();
process.stdout.write(`${String(row?.[0])}\n`);
