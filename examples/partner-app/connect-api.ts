/** The calls of Thimble's Connect API that this application makes with the token it was given. */
export interface Destination {
  readonly id: number;
  readonly type: string;
  readonly name: string;
}

export interface Source {
  readonly id: number;
  readonly type: string;
  readonly display_name: string;
}

/** The token does not work (any more): somebody in the account ended our access, or it ran out. */
export class AccessEnded extends Error {
  override readonly name = 'AccessEnded';
}

export interface ConnectApi {
  listDestinations(): Promise<readonly Destination[]>;
  listSources(): Promise<readonly Source[]>;
  createDestination(destination: DestinationToPush): Promise<Destination>;
}

export interface DestinationToPush {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
}

export function createConnectApi(thimble: URL, token: string): ConnectApi {
  async function call<Result>(method: string, path: string, body?: object): Promise<Result> {
    const response = await fetch(new URL(path, thimble), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'loom-works/1' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 401) throw new AccessEnded(`Thimble answered 401 to ${method} ${path}.`);
    if (!response.ok) throw new Error(`Thimble answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as Result;
  }

  return {
    listDestinations: () => call('GET', '/v4/destinations'),
    listSources: () => call('GET', '/v4/sources'),
    createDestination: (destination) => call('POST', '/v4/destinations', destination),
  };
}

/** The warehouse this vendor sells: a PostgreSQL database, or, where none was named, one that Thimble keeps itself. */
export function planDestination(warehouse: URL | undefined): DestinationToPush {
  if (warehouse === undefined) return { type: 'duckdb', name: 'Loom Warehouse', properties: {} };
  return {
    type: 'postgres',
    name: 'Loom Warehouse',
    properties: {
      host: warehouse.hostname,
      port: warehouse.port === '' ? '5432' : warehouse.port,
      database: decodeURIComponent(warehouse.pathname.slice(1)),
      username: decodeURIComponent(warehouse.username),
      password: decodeURIComponent(warehouse.password),
      ssl: warehouse.searchParams.get('sslmode') === 'require' ? 'true' : 'false',
      encryption_type: 'none',
    },
  };
}
