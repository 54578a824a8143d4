/** How to reach one PostgreSQL database. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `require` encrypts without asking who answers, unless a root certificate is given; `verify-full` checks chain and host name. */
  readonly tls: 'disable' | 'require' | 'verify-full';
  /** PEM; without it `verify-full` trusts what Node trusts. */
  readonly rootCertificate?: string;
}

export interface PostgresConfig {
  readonly connection: PostgresConnection;
  /** The gate for outgoing connections: the address to connect to for a host, asked once per connection. Throws when it is refused. */
  readonly resolveHost: (host: string) => Promise<string>;
  /** Type of new timestamp columns; values are UTC either way (loading.md C10). */
  readonly timestamps: 'without-zone' | 'with-zone';
  /** Open at once at most. */
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  /** How long a statement waits for a lock. Readers that come later queue behind our request, so this is also what they may lose. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** After this long without a byte while a task is under way, the peer counts as dead; more than `statementTimeoutMs`. */
  readonly silenceTimeoutMs: number;
  /** A connection unused for this long is closed. */
  readonly idleMs: number;
}

/** What a caller must give, and may. */
export type PostgresOptions = Pick<PostgresConfig, 'connection' | 'resolveHost'> & Partial<PostgresConfig>;

/** Fills in the defaults. */
export function withDefaults(options: PostgresOptions): PostgresConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? 15 * 60_000;
  return {
    timestamps: 'without-zone',
    maxConnections: 3,
    connectTimeoutMs: 10_000,
    lockTimeoutMs: 5_000,
    statementTimeoutMs,
    silenceTimeoutMs: statementTimeoutMs + 30_000,
    idleMs: 30_000,
    ...options,
  };
}

/** Session settings; those a server does not know are left out, so that older ones work too. */
export function sessionSettings(config: PostgresConfig): Readonly<Record<string, string>> {
  return {
    lock_timeout: String(config.lockTimeoutMs),
    statement_timeout: String(config.statementTimeoutMs),
    // Between our statements only encoding and the network take time.
    idle_in_transaction_session_timeout: String(config.silenceTimeoutMs),
    TimeZone: 'UTC',
    // Who waited for a lock must see what is there then, whatever the server's default is.
    default_transaction_isolation: 'read committed',
    // Every digit of a double that becomes text.
    extra_float_digits: '3',
    // A server that lost us lets go of our locks.
    tcp_keepalives_idle: '30',
    tcp_keepalives_interval: '10',
    tcp_keepalives_count: '3',
    jit: 'off',
  };
}
