/** Which destinations the app offers and what their forms ask for, out of the cards of the Connect API. */
import type { DestinationType } from '../../../contract/account-api/destinations.ts';
import { destinationTypes, type DestinationProperty } from '../../../contract/connect-api/destination-types.ts';

interface Field {
  readonly title: string;
  readonly help?: string;
  readonly values?: readonly string[];
}

const titles: Readonly<Record<string, string>> = { postgres: 'PostgreSQL', duckdb: 'Embedded warehouse (DuckDB)' };

/** Properties a form asks for; what is not here has one value only, or cannot be used in this version. */
const fields: Readonly<Record<string, Field>> = {
  host: { title: 'Host (Endpoint)' },
  port: { title: 'Port', help: 'PostgreSQL listens on 5432 unless it was told otherwise.' },
  database: { title: 'Database' },
  username: { title: 'Username', help: 'It needs the right to create schemas in the database.' },
  password: { title: 'Password' },
  ssl: { title: 'Connect using SSL', values: ['true', 'false'] },
  sslrootcert: { title: 'SSL Certificate', help: 'In PEM; needed only where a private authority signed the certificate of the server.' },
};

const implied: Readonly<Record<string, Readonly<Record<string, string>>>> = { postgres: { encryption_type: 'none' } };

/** What a destination can be. */
export function listOfferedTypes(): DestinationType[] {
  const offered = destinationTypes.filter(({ details }) => details.access);
  return offered.map(({ type, steps }) => ({
    type,
    title: titles[type] ?? type,
    properties: steps.flatMap((step) => step.properties).flatMap(toField),
  }));
}

/** Properties of a new destination with those a form does not ask for and without those left empty. */
export function withImplied(type: string, given: Readonly<Record<string, string>>): Record<string, string> {
  return { ...implied[type], ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')) };
}

function toField({ name, is_required, is_credential }: DestinationProperty): DestinationType['properties'] {
  const field = fields[name];
  if (field === undefined) return [];
  const { title, help = null, values } = field;
  return [{ name, title, required: is_required, credential: is_credential, values: values === undefined ? null : [...values], help }];
}
