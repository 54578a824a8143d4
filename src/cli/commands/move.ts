import { resolve } from 'node:path';
import { defaultDataDirectory, readDatabaseUrl } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';
import { moveToPostgres } from '../../move.ts';
import { CommandError, findText, type Invocation } from '../command.ts';
import { explainStart } from '../start-errors.ts';

export async function run(invocation: Invocation): Promise<number> {
  const given = findText(invocation, 'to');
  const databaseUrl = given === undefined ? readDatabaseUrl('DATABASE_URL', readEnv('DATABASE_URL')) : readDatabaseUrl('--to', given);
  if (databaseUrl === undefined) throw new CommandError('Name the database with --to or DATABASE_URL.', 64);
  const dataDirectory = resolve(findText(invocation, 'data') ?? readEnv('THIMBLE_DATA') ?? defaultDataDirectory);
  const { before, tables, buffer } = await moveToPostgres({ dataDirectory, databaseUrl, progress: print }).catch(explainStart);
  if (before) {
    print('This installation was moved to this database before: nothing is left to do.');
    return 0;
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  print(
    `Moved ${rows} rows of ${tables.length} tables and ${buffer.batches} waiting batches (${buffer.bytes} bytes), each compared with its original.`,
  );
  print(
    `Start the server with DATABASE_URL set and the same data directory: master key, revoked.log and warehouses stay in ${dataDirectory}.`,
  );
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
