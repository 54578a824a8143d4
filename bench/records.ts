/** The records of every measurement: seeded, about 270 bytes a message, with one nested object, a nullable integer and a timestamp. */
import { createRandom } from '../tests/support/random.ts';

/** What one record becomes in a warehouse; the floor's NDJSON and the messages of the requests are written from the same values. */
export interface Row {
  readonly id: number;
  readonly sequence: number;
  /** JSON members without braces. */
  readonly members: string;
  readonly address: { readonly street: string; readonly city: string };
}

export const table = 'orders';
export const keyNames = ['id'];

export const schema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    email: { type: 'string' },
    amount: { type: 'number' },
    quantity: { type: ['integer', 'null'] },
    paid: { type: 'boolean' },
    created_at: { type: 'string', format: 'date-time' },
    note: { type: 'string' },
    address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
  },
  required: ['id'],
};

const cities = ['Berlin', 'Lisboa', 'Kraków', 'São Paulo', 'Philadelphia', 'Osaka'];

/** Endless rows; every tenth one updates an earlier id, so `n` rows have `n - ⌊n / 10⌋` distinct ids. */
export function* generateRows(seed: number): Generator<Row> {
  const random = createRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  let ids = 0;
  for (let sequence = 1; ; sequence += 1) {
    const id = sequence % 10 === 0 ? 1 + whole(ids) : (ids += 1);
    const createdAt = new Date(1_700_000_000_000 + whole(60_000_000) * 1000).toISOString();
    const members =
      `"id":${id},"email":"customer.${whole(1e6)}@example.com","amount":${(whole(1e7) + 1) / 100},"quantity":${whole(4) === 0 ? 'null' : whole(90)},` +
      `"paid":${random() < 0.5},"created_at":"${createdAt}","note":"order ${whole(1e9)} of the spring season"`;
    yield { id, sequence, members, address: { street: `${whole(900)} Market Street`, city: cities[whole(cities.length)] ?? '' } };
  }
}

export function distinctIds(records: number): number {
  return records - Math.floor(records / 10);
}

/** A message of a batch or push request. */
export function messageText({ sequence, members, address }: Row): string {
  const data = `{${members},"address":{"street":"${address.street}","city":"${address.city}"}}`;
  return `"action":"upsert","sequence":${sequence},"data":${data}`;
}

/** The same record as the flat NDJSON line a warehouse would like best. */
export function flatLine({ sequence, members, address }: Row): string {
  return `{${members},"address__street":"${address.street}","address__city":"${address.city}","_sdc_sequence":${sequence}}\n`;
}

/** The columns of a record in a warehouse, and the CSV line with a row for them; the sequence is the id, so that every row is a new one. */
export const csvColumns =
  'id, email, amount, quantity, paid, created_at, note, address__street, address__city, _sdc_received_at, _sdc_batched_at, _sdc_sequence, _sdc_table_version';

export function csvLine({ sequence, members, address }: Row): string {
  const {
    email,
    amount,
    quantity,
    paid,
    created_at: createdAt,
    note,
  } = JSON.parse(`{${members}}`) as Record<string, string | number | boolean | null>;
  const values = [
    sequence,
    email,
    amount,
    quantity,
    paid,
    createdAt,
    note,
    address.street,
    address.city,
    createdAt,
    createdAt,
    sequence,
    0,
  ];
  return `${values.map((value) => (value === null ? '' : String(value))).join(',')}\n`;
}

/** The body of one request: push for a single record, batch with its schema for more. */
export function requestBody(rows: readonly Row[], clientId: number): { path: string; body: string } {
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) {
    const head = `{"client_id":${clientId},"table_name":"${table}","key_names":${JSON.stringify(keyNames)},`;
    return { path: '/v2/import/push', body: `[${head}${messageText(first)}}]` };
  }
  const messages = rows.map((row) => `{${messageText(row)}}`).join(',');
  const head = `{"table_name":"${table}","schema":${JSON.stringify(schema)},"key_names":${JSON.stringify(keyNames)}`;
  return { path: '/v2/import/batch', body: `${head},"messages":[${messages}]}` };
}

/** The next `count` rows. */
export function takeRows(rows: Iterator<Row>, count: number): Row[] {
  return Array.from({ length: count }, () => rows.next().value as Row);
}
