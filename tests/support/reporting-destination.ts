/** A PostgreSQL destination as the Connect API takes and shows it. */
import { expect } from 'vitest';
import type { ConnectServer } from './connect-server.ts';

export const properties = {
  host: 'wh.example.test',
  port: 5432,
  database: 'rep',
  username: 'loader',
  password: 'hunter2-secret',
  ssl: true,
  encryption_type: 'none',
};
export const input = { type: 'postgres', name: 'Reporting', properties };
/** The properties as v4 shows them: text, without the credential. */
export const shown = {
  host: 'wh.example.test',
  port: '5432',
  database: 'rep',
  username: 'loader',
  ssl: 'true',
  encryption_type: 'none',
  status: '1',
};

/** Creates it, with changes to the body; returns its id. */
export async function created(server: ConnectServer, change: object = {}): Promise<number> {
  const { status, body } = await server.call('POST', '/v4/destinations', { ...input, ...change });
  expect([status, body]).toEqual([200, expect.objectContaining({ id: expect.any(Number) })]);
  return (body as { id: number }).id;
}
