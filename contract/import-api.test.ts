import { describe, expect, it } from 'vitest';
import { accepted, batchBodySchema, bodyTooLarge, maxSequence, pushBodySchema, pushMediaType, unavailable, valid } from './import-api.ts';

const record = { client_id: 7723, table_name: 'pets', sequence: 1, action: 'upsert', key_names: ['id'], data: { id: 1 } };
const batch = {
  table_name: 'pets',
  schema: { properties: { id: { type: 'integer' } } },
  messages: [{ action: 'upsert', sequence: 1, data: { id: 1 } }],
};

describe('bodies of the Import API', () => {
  it('are compact and in the documented order', () => {
    expect(JSON.stringify(accepted.body)).toBe('{"status":"OK","message":"Batch Accepted!"}');
    expect(JSON.stringify(valid.body)).toBe('{"status":"OK","message":"Batch is valid!"}');
    expect(JSON.stringify(bodyTooLarge(20_000_001).body)).toBe(
      '{"status":"ERROR","message":"Request rejected: request size (20000001 bytes) exceeds the maximum"}',
    );
    expect(pushMediaType('application/xml').body).toEqual({
      status: 'ERROR',
      message: 'Unsupported content-type application/xml. Please send application/json or application/transit+json',
    });
  });

  it('never say 503 for validate (import-api.md §1)', () => {
    expect([unavailable('push', 'x').status, unavailable('batch', 'x').status, unavailable('validate', 'x').status]).toEqual([
      503, 503, 504,
    ]);
  });
});

describe('push schema', () => {
  it.each([
    ['a documented record', record],
    ['what the JVM clients always send', { ...record, table_version: 0, namespace: null }],
    ['a client id of digits, as Ruby users configure it', { ...record, client_id: '7723' }],
    ['the largest sequence', { ...record, sequence: maxSequence }],
    ['the legacy activation', { client_id: 7723, table_name: 'pets', sequence: 1, action: 'switch_view', table_version: 5 }],
  ])('accepts %s', (_name, value) => {
    expect(pushBodySchema.safeParse([value]).success).toBe(true);
  });

  it.each([
    ['key_properties', { ...record, key_properties: ['id'] }],
    ['a string sequence', { ...record, sequence: '100' }],
    ['a sequence beyond 64 bits', { ...record, sequence: maxSequence + 1n }],
    ['a blank table name', { ...record, table_name: ' ' }],
    ['null key names', { ...record, key_names: null }],
    ['array data', { ...record, data: [] }],
  ])('refuses %s', (_name, value) => {
    expect(pushBodySchema.safeParse([value]).success).toBe(false);
  });

  it('refuses an object, no records, and more than 20,000', () => {
    expect(pushBodySchema.safeParse(record).success).toBe(false);
    expect(pushBodySchema.safeParse([]).success).toBe(false);
    expect(pushBodySchema.safeParse(Array.from({ length: 20_001 }, () => record)).success).toBe(false);
  });
});

describe('batch schema', () => {
  it.each([
    ['the documented keys', { ...batch, key_names: ['id'] }],
    ['what target-stitch sends', { ...batch, key_names: [], table_version: 17, bookmark_names: ['id'], vintage: 'x' }],
    ['null key names, as one Go client sends', { ...batch, key_names: null }],
    ['an activation', { ...batch, table_version: 17, messages: [{ action: 'activate_version', sequence: 1 }] }],
  ])('accepts %s', (_name, value) => {
    expect(batchBodySchema.safeParse(value).success).toBe(true);
  });

  it.each([
    ['an unknown envelope key', { ...batch, client_id: 1 }],
    ['an array as schema', { ...batch, schema: [] }],
    ['an activation with data', { ...batch, messages: [{ action: 'activate_version', sequence: 1, data: {} }] }],
    ['no messages', { ...batch, messages: [] }],
  ])('refuses %s', (_name, value) => {
    expect(batchBodySchema.safeParse(value).success).toBe(false);
  });
});
