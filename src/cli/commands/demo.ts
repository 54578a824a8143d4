/** `thimble demo`: a server, an account, a source, a token, three real data sets through the HTTP API, and what landed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createConnectClient } from '../../../client/connect-api.ts';
import { createImportClient } from '../../../client/import-api.ts';
import { createApp, type App } from '../../app.ts';
import { readConfig } from '../../config/config.ts';
import { CommandError, findText, type Invocation } from '../command.ts';
import { readDemoDataSets, type DemoDataSet } from '../demo-data.ts';
import { connectOperator, type OperatorClient } from '../operator-client.ts';
import { stopSignal } from '../stop-signal.ts';
import { formatTable } from '../table.ts';

const maxRecordsPerRequest = 5000;

export async function run(invocation: Invocation): Promise<number> {
  const given = findText(invocation, 'data');
  const dataDirectory = given === undefined ? mkdtempSync(join(tmpdir(), 'thimble-demo-')) : resolve(given);
  const stop = stopSignal();
  const config = readConfig({ data: dataDirectory, port: findText(invocation, 'port') ?? '0' });
  // A database named for another purpose is none of the demo's business.
  const app = await createApp({ ...config, databaseUrl: undefined, logLevel: 'warn' });
  try {
    const { url } = await app.start();
    print(`Thimble is ready at ${url.origin}`);
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const { accountId, schema, sourceId, token } = await prepareSource(operator, url);
    await pushAll(app, createImportClient({ baseUrl: url, token }), accountId);
    await showWarehouse(operator, accountId, schema);
    if (invocation.flags['once'] !== true) {
      showNextSteps({ url, dataDirectory, schema, sourceId, token });
      await stop;
    }
  } finally {
    await app.stop();
    if (given === undefined) rmSync(dataDirectory, { recursive: true, force: true });
  }
  return 0;
}

async function prepareSource(
  operator: OperatorClient,
  url: URL,
): Promise<{ accountId: number; schema: string; sourceId: number; token: string }> {
  const { account_id: accountId } = await operator.call('POST', '/accounts', {
    company: 'Demo',
    email: 'demo@example.com',
    name: 'Demo',
    plan: 'premium',
  });
  const { api_key: apiKey } = await operator.call('POST', `/accounts/${Number(accountId)}/api-keys`, { description: 'demo' });
  if (typeof accountId !== 'number' || typeof apiKey !== 'string') throw new CommandError('The server did not create the demo account.');
  const connect = createConnectClient({ baseUrl: url, apiKey });
  const source = await connect.call('createSource', { body: { type: 'import_api', display_name: 'Demo' } });
  const { access_token: token } = await connect.call('createToken', { params: { source_id: source.id } });
  print(`Account ${accountId}, source ${source.id} (schema "${source.name}"), one import token.\n`);
  return { accountId, schema: source.name, sourceId: source.id, token };
}

async function pushAll(app: App, client: ImportClientLike, accountId: number): Promise<void> {
  for (const dataSet of readDemoDataSets()) {
    const startedAt = performance.now();
    await pushDataSet(client, dataSet, accountId, 1);
    // The same records again, as a client that got no answer would send them: a keyed table stays the same.
    if (dataSet.keyNames.length > 0) await pushDataSet(client, dataSet, accountId, 1);
    const acceptedAt = performance.now();
    await app.drain();
    const [accepted, loaded] = [acceptedAt - startedAt, performance.now() - startedAt].map((ms) => (ms / 1000).toFixed(1));
    const times = dataSet.keyNames.length > 0 ? ', sent twice' : '';
    print(
      `${dataSet.table.padEnd(12)} ${String(dataSet.records.length).padStart(7)} records (${dataSet.about}${times}): accepted in ${accepted} s, loaded after ${loaded} s`,
    );
  }
}

interface ImportClientLike {
  sendBatch(envelope: string): Promise<void>;
  sendPush(records: string): Promise<void>;
}

/** Keyed data goes through push, the rest through batch without a key, so that both doors are used. */
async function pushDataSet(client: ImportClientLike, dataSet: DemoDataSet, accountId: number, firstSequence: number): Promise<void> {
  const table = JSON.stringify(dataSet.table);
  const keyNames = JSON.stringify(dataSet.keyNames);
  for (let from = 0; from < dataSet.records.length; from += maxRecordsPerRequest) {
    const records = dataSet.records.slice(from, from + maxRecordsPerRequest);
    const message = (record: string, index: number): string =>
      `"action":"upsert","sequence":${firstSequence + from + index},"data":${record}`;
    if (dataSet.keyNames.length > 0) {
      const head = `{"client_id":${accountId},"table_name":${table},"key_names":${keyNames},`;
      await client.sendPush(`[${records.map((record, index) => `${head}${message(record, index)}}`).join(',')}]`);
    } else {
      const messages = records.map((record, index) => `{${message(record, index)}}`);
      await client.sendBatch(`{"table_name":${table},"schema":{},"key_names":[],"messages":[${messages.join(',')}]}`);
    }
  }
}

async function showWarehouse(operator: OperatorClient, accountId: number, schema: string): Promise<void> {
  const select = async (sql: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await operator.call('POST', '/query', { sql, account_id: accountId });
    return Array.isArray(rows) ? rows : [];
  };
  const tables = await select(
    `SELECT table_name AS "table", count(*) AS columns FROM duckdb_columns() WHERE schema_name = '${schema}' GROUP BY table_name ORDER BY table_name`,
  );
  for (const table of tables) {
    const [count] = await select(`SELECT count(*) AS rows FROM "${schema}"."${String(table['table'])}"`);
    table['rows'] = count?.['rows'];
  }
  print(`\nWhat landed in schema "${schema}":\n${formatTable(tables)}`);
  const columns = await select(
    `SELECT table_name AS "table", column_name AS "column", data_type AS "type" FROM duckdb_columns()
     WHERE schema_name = '${schema}' AND regexp_matches(column_name, '__(bi|bo|de|do|it|st|ti)$') ORDER BY ALL`,
  );
  print(`\nColumns that split because their values mix types:\n${formatTable(columns)}`);
  const sample = await select(
    `SELECT e."id", e."properties__place" AS "place", c."_sdc_level_0_id" AS "index", coalesce(c."value__do", c."value__bi") AS "coordinate"
     FROM "${schema}"."earthquakes" e JOIN "${schema}"."earthquakes__geometry__coordinates" c ON c."_sdc_source_key_id" = e."id"
     ORDER BY e."id", "index" LIMIT 6`,
  );
  print(`\nA nested record and its subtable, joined:\n${formatTable(sample)}`);
}

function showNextSteps({
  url,
  dataDirectory,
  schema,
  token,
}: {
  url: URL;
  dataDirectory: string;
  schema: string;
  sourceId: number;
  token: string;
}): void {
  print(`
Look at it:
  npx thimble query 'SELECT count(*) FROM "${schema}"."movies"' --data ${dataDirectory}

Push something yourself (it lands within a second):
  curl ${url.origin}/v2/import/batch -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\
    -d '{"table_name":"pets","schema":{},"key_names":["id"],"messages":[{"action":"upsert","sequence":1,"data":{"id":1,"name":"Ann"}}]}'

Press Ctrl-C to stop.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
