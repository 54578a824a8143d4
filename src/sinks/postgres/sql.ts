import type { Client } from 'pg';

/** Values travel as parameters only, in text form; the server knows the type each takes. */
export type Parameter = string | number | bigint | null | readonly string[];

/** Runs one statement and returns the number of rows it changed. */
export async function run(client: Client, sql: string, parameters: readonly Parameter[] = []): Promise<number> {
  return (await client.query(sql, [...parameters])).rowCount ?? 0;
}

/** Runs one SELECT; every value comes as the server's text. */
export async function selectText(client: Client, sql: string, parameters: readonly Parameter[] = []): Promise<(string | null)[][]> {
  const { rows } = await client.query<(string | null)[]>({ text: sql, values: [...parameters], rowMode: 'array' });
  return rows;
}
