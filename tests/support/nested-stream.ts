/** A Singer stream of nested records of about 400 bytes, the same for the same seed, made request by request. */
import { createRandom } from './random.ts';

export const nestedTable = 'orders';
export const nestedRecordsPerRequest = 1000;

const text = { type: ['null', 'string'] };
const integer = { type: ['null', 'integer'] };
const number = { type: ['null', 'number'] };
const schema = {
  properties: {
    id: { type: 'integer' },
    created_at: { type: 'string', format: 'date-time' },
    customer: {
      type: 'object',
      properties: { name: text, email: text, address: { type: 'object', properties: { city: text, lat: number } } },
    },
    items: {
      type: 'array',
      items: { type: 'object', properties: { sku: text, quantity: integer, price: { type: 'number', multipleOf: 0.01 } } },
    },
    tags: { type: 'array', items: text },
    paid: { type: 'boolean' },
    score: number,
    reference: {},
    note: text,
  },
};
const cities = ['Aarhus', 'Bogotá', 'Chengdu', '京都', 'Łódź', 'San José'];

/** The body of one request of target-stitch's kind: every fifth record updates an earlier one, now and then a late one comes out of order. */
export function nestedRequest(seed: number, request: number): string {
  const random = createRandom(Math.imul(seed, 7919) + request);
  const below = (limit: number): number => Math.floor(random() * limit);
  const messages = Array.from({ length: nestedRecordsPerRequest }, (_, index) => {
    const at = request * nestedRecordsPerRequest + index;
    const late = below(100) === 0 ? below(5000) : 0;
    return { action: 'upsert', sequence: 10_000 + at - late, data: record(at % 5 === 4 ? earlier(below(at)) : at, below, random) };
  });
  return JSON.stringify({ table_name: nestedTable, schema, key_names: ['id'], bookmark_names: ['created_at'], messages });
}

/** Every fifth place has no record of its own. */
const earlier = (at: number): number => (at % 5 === 4 ? at - 1 : at);

function record(id: number, below: (limit: number) => number, random: () => number): object {
  return {
    id,
    created_at: new Date(Date.UTC(2026, 0, 1) + below(31_536_000) * 1000 + below(1000)).toISOString(),
    customer: {
      name: `Customer ${below(5000)}`,
      email: `customer.${below(5000)}@example.com`,
      address: { city: cities[below(cities.length)], lat: below(3) === 0 ? below(90) : random() * 180 - 90 },
    },
    items: Array.from({ length: below(3) }, () => ({ sku: `SKU-${below(10_000)}`, quantity: 1 + below(9), price: below(100_000) / 100 })),
    tags: Array.from({ length: below(3) }, () => `tag-${below(50)}`),
    paid: below(2) === 1,
    score: below(1_000_000) / 1024,
    // Of two types: its column splits.
    reference: below(50) === 0 ? `R${below(1_000_000)}` : below(1_000_000),
    note: below(4) === 0 ? null : 'x'.repeat(80 + below(80)),
  };
}
